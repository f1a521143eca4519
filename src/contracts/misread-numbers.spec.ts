import fc from 'fast-check';
import { misreadField, misreadNumbers } from './misread-numbers.js';

const misreadIn = (json: string): string[] => {
  const bytes = Buffer.from(json);
  return misreadNumbers(bytes).map(({ start, end }) => bytes.toString('utf8', start, end));
};

const SPACE = ' ';

/** A plain decimal of so many significant digits, the last one not zero. */
const decimalOf = (fewest: number, most: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.stringMatching(new RegExp(`^[1-9][0-9]{${fewest - 2},${most - 2}}[1-9]$`)),
      fc.nat({ max: 20 }),
    )
    .map(([sign, digits, places]) => {
      const padded = digits.padStart(places + 1, '0');
      return (
        sign + (places === 0 ? padded : `${padded.slice(0, -places)}.${padded.slice(-places)}`)
      );
    });

describe('a number in JSON', () => {
  it.each([
    '0',
    '-0.0',
    '23.50',
    '23.500000000000000000000000',
    '9000000000000000000000',
    '123456789012345',
    '0.30000000000000004',
    '9007199254740991',
    '1e3',
    '1.50E+300',
    '0e-99999999999999999999',
    '0.00000000000000000000000015',
  ])('is read as it is written: %s', (number) => {
    expect(misreadIn(number)).toEqual([]);
  });

  it.each([
    '23.500000000000000001',
    '-23.500000000000000001',
    '2.00000000000000000001',
    '9007199254740993',
    '9007199254740991.4',
    '235000000000000000001e-19',
    '1e-400',
    '-1e-400',
    `0.${'0'.repeat(400)}1`,
    '1e400',
    '9'.repeat(400),
    '1e99999999999999999999',
    '1e-99999999999999999999',
  ])('is misread: %s', (number) => {
    expect(misreadIn(number)).toEqual([number]);
    expect(misreadIn(`[${number},{"a":${number}}]`)).toEqual([number, number]);
  });

  it('is never misread with at most 15 significant digits, always with more than 17', () => {
    fc.assert(fc.property(decimalOf(2, 15), (few) => expect(misreadIn(few)).toEqual([])));
    fc.assert(fc.property(decimalOf(18, 60), (many) => expect(misreadIn(many)).toEqual([many])));
  });

  it('is never misread as a machine writes it', () => {
    fc.assert(fc.property(fc.json(), (json) => expect(misreadIn(json)).toEqual([])));
  });

  it('is told from text, wherever it stands', () => {
    const long = '1.00000000000000000001';
    const text = fc
      .array(fc.constantFrom('"', '\\', long, 'e9', '-', 'ü', '{', ','), { maxLength: 8 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, fc.constantFrom(undefined, SPACE), (name, value, indent) => {
        const plain = JSON.stringify({ [name]: [value, 7, value], z: value }, undefined, indent);
        expect(misreadIn(plain)).toEqual([]);
        expect(misreadIn(plain.replace(/(?<=[ ,])7(?=,)/, long))).toEqual([long]);
      }),
    );
  });

  it('is looked for in time that grows with the bytes alone', () => {
    const digits = '1'.repeat(2_000_000);
    expect(misreadIn(`[${digits},"${digits}",0.${digits}]`)).toHaveLength(2);
  });
});

describe('a field of a flat contract', () => {
  const fields = ['quantity', 'cost'];
  const misreadOf = (json: string): string | undefined => misreadField(Buffer.from(json), fields);

  it('is named when its number is read as another one, however its name is spelt', () => {
    expect(misreadOf('{"quantity":1,"cost":0.1000000000000000001}')).toBe('cost');
    expect(misreadOf('\uFEFF{"\\u0071uantity":1e-400,"cost":"1"}')).toBe('quantity');
  });

  it('is right as text, as a short number, and beside other fields of any length', () => {
    expect(misreadOf('{"quantity":"1.0000000000000000001","cost":0.5}')).toBeUndefined();
    expect(misreadOf('{"quantity":1,"cost":2,"x":{"cost":9007199254740993}}')).toBeUndefined();
    expect(misreadField(null, fields)).toBeUndefined();
  });
});
