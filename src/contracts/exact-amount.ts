import Big from 'big.js';

const PLAIN_DECIMAL = /^\d{1,40}(?:\.\d{1,24})?$/;
const MOST_DIGITS = 15;

/**
 * The plain decimal that a price in the contract says, or undefined when it says none: a negative one, one with sign or
 * exponent, or a JSON number that is not exact. A number arrives as the nearest binary fraction, so it is judged by its
 * shortest decimal form: up to 15 significant digits and below 2^53 that form is what was written.
 */
export function exactAmount(value: unknown): string | undefined {
  const text = typeof value === 'number' ? shortestDecimal(value) : value;
  return typeof text === 'string' && PLAIN_DECIMAL.test(text) ? text : undefined;
}

function shortestDecimal(value: number): string | undefined {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 53) return undefined;
  // Negative zero is zero: String() writes no sign.
  const decimal = new Big(String(value));
  return decimal.c.length > MOST_DIGITS ? undefined : decimal.toFixed();
}
