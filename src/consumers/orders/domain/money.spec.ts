import fc from 'fast-check';
import { Money } from './money.js';

const money = (text: string): Money => Money.parse(text)!;

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

describe('money', () => {
  it.each(['0', '0.00', '23.50', '007.10', '0.000000000000000001', '9'.repeat(40)])(
    'is a plain decimal: %s',
    (text) => {
      expect(money(text).equals(money(text))).toBe(true);
    },
  );

  it.each(['', ' 1', '1 ', '-1', '+1', '1.', '.5', '1e3', '1,50', '0x1', 'NaN', 'Infinity', '１'])(
    'is not %j',
    (text) => {
      expect(Money.parse(text)).toBeUndefined();
    },
  );

  it('has a limit to its digits', () => {
    expect(Money.parse('9'.repeat(41))).toBeUndefined();
    expect(Money.parse(`0.${'1'.repeat(25)}`)).toBeUndefined();
  });

  it('reads back as it was written', () => {
    fc.assert(fc.property(decimals, ({ text }) => expect(money(text).toString()).toBe(text)));
  });

  it('adds exactly, where floating point does not', () => {
    expect(money('0.1').plus(money('0.2')).toString()).toBe('0.3');
    fc.assert(
      fc.property(decimals, decimals, (left, right) => {
        const places = Math.max(left.places, right.places);
        const units = ({ units: own, places: had }: typeof left): bigint =>
          own * 10n ** BigInt(places - had);
        expect(money(left.text).plus(money(right.text)).toString()).toBe(
          textOf(units(left) + units(right), places),
        );
      }),
    );
  });

  it('multiplies exactly with any whole quantity', () => {
    const quantities = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(decimals, quantities, ({ units, places, text }, quantity) => {
        expect(money(text).times(quantity).toString()).toBe(
          textOf(units * BigInt(quantity), places),
        );
      }),
    );
  });

  it('does not depend on the order of a sum', () => {
    fc.assert(
      fc.property(fc.array(decimals, { maxLength: 20 }), (amounts) => {
        const sum = (texts: readonly string[]): Money =>
          texts.reduce((running, text) => running.plus(money(text)), Money.ZERO);
        const texts = amounts.map(({ text }) => text);
        expect(sum(texts).equals(sum([...texts].reverse()))).toBe(true);
      }),
    );
  });

  it('is equal by value, whatever its decimals', () => {
    expect(money('23.5').equals(money('23.50'))).toBe(true);
    expect(money('23.5').equals(money('23.51'))).toBe(false);
  });
});
