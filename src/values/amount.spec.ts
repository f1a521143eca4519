import fc from 'fast-check';
import { Amount } from './amount.js';

const amount = (text: string): Amount => Amount.parse(text)!;

/** A decimal as text, with the same amount as an integer of 10^-decimals. */
const decimals = fc
  .record({
    units: fc.bigInt({ min: 0n, max: 10n ** 18n }),
    decimals: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ units, decimals: places }) => ({ units, places, text: textOf(units, places) }));

function textOf(units: bigint, places: number): string {
  const digits = String(units).padStart(places + 1, '0');
  if (places === 0) return digits;
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

describe('an amount', () => {
  it.each(['0', '0.00', '23.50', '007.10', '0.000000000000000001', '9'.repeat(40)])(
    'is a plain decimal: %s',
    (text) => {
      expect(amount(text).equals(amount(text))).toBe(true);
    },
  );

  it.each(['', ' 1', '1 ', '-1', '+1', '1.', '.5', '1e3', '1,50', '0x1', 'NaN', 'Infinity', '１'])(
    'is not %j',
    (text) => {
      expect(Amount.parse(text)).toBeUndefined();
    },
  );

  it('has a limit to its digits', () => {
    expect(Amount.parse('9'.repeat(41))).toBeUndefined();
    expect(Amount.parse(`0.${'1'.repeat(25)}`)).toBeUndefined();
  });

  it('reads back as it was written', () => {
    fc.assert(fc.property(decimals, ({ text }) => expect(amount(text).toString()).toBe(text)));
  });

  it('adds exactly, where floating point does not', () => {
    expect(amount('0.1').plus(amount('0.2')).toString()).toBe('0.3');
    fc.assert(
      fc.property(decimals, decimals, (left, right) => {
        const places = Math.max(left.places, right.places);
        const units = ({ units: own, places: had }: typeof left): bigint =>
          own * 10n ** BigInt(places - had);
        expect(amount(left.text).plus(amount(right.text)).toString()).toBe(
          textOf(units(left) + units(right), places),
        );
      }),
    );
  });

  it('multiplies exactly with any whole quantity', () => {
    const quantities = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(decimals, quantities, ({ units, places, text }, quantity) => {
        expect(amount(text).times(quantity).toString()).toBe(
          textOf(units * BigInt(quantity), places),
        );
      }),
    );
  });

  it('does not depend on the order of a sum', () => {
    fc.assert(
      fc.property(fc.array(decimals, { maxLength: 20 }), (amounts) => {
        const sum = (texts: readonly string[]): Amount =>
          texts.reduce((running, text) => running.plus(amount(text)), Amount.ZERO);
        const texts = amounts.map(({ text }) => text);
        expect(sum(texts).equals(sum([...texts].reverse()))).toBe(true);
      }),
    );
  });

  it('is equal by value, whatever its decimals', () => {
    expect(amount('23.5').equals(amount('23.50'))).toBe(true);
    expect(amount('23.5').equals(amount('23.51'))).toBe(false);
  });
});
