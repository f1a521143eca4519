import fc from 'fast-check';
import { exactAmount } from './exact-amount.js';

const fromJson = (text: string): string | undefined => exactAmount(JSON.parse(text));

describe('an amount in the contract', () => {
  it.each(['0', '23.50', '0.10', '1000000', '12345678901234567890.123456789'])(
    'is exact as the text %s, with the decimals it has',
    (text) => {
      expect(exactAmount(text)).toBe(text);
    },
  );

  it.each([
    ['23.5', '23.5'],
    ['23.50', '23.5'],
    ['1e3', '1000'],
    ['1e-7', '0.0000001'],
    ['0.1', '0.1'],
    ['-0', '0'],
    ['123456789012345', '123456789012345'],
    ['1234567890123.45', '1234567890123.45'],
    ['9000000000000000', '9000000000000000'],
  ])('is exact as the number %s', (json, text) => {
    expect(fromJson(json)).toBe(text);
  });

  it.each([
    '0.30000000000000004',
    '1234567890123456',
    '9007199254740992',
    '9007199254740993',
    '1e16',
    '1e300',
    '1e-30',
    '-1',
    '-0.01',
    '"-1"',
    '"1e3"',
    '" 1"',
    '"1,5"',
    '""',
    '"NaN"',
    'null',
    'true',
    '[]',
    '[1]',
    '{}',
  ])('is not exact, or none, as %s', (json) => {
    expect(fromJson(json)).toBeUndefined();
  });

  it('is, as a number of at most 15 digits, what was written', () => {
    const written = fc
      .tuple(fc.integer({ min: 0, max: 10 ** 15 - 1 }), fc.integer({ min: 0, max: 15 }))
      .map(([digits, places]) => {
        const text = String(digits).padStart(places + 1, '0');
        return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
      });
    fc.assert(
      fc.property(written, (text) => {
        const shortest = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
        expect(fromJson(text)).toBe(shortest);
      }),
    );
  });
});
