import Big from 'big.js';

/** So many digits that no price needs more, so few that no text makes arithmetic slow. */
const AMOUNT = /^\d{1,40}(?:\.(\d{1,24}))?$/;

/**
 * An exact amount, zero or more. Nothing is rounded, and the decimals that it was written with are kept: `23.50` stays
 * `23.50`. Amounts are equal by value, whatever their decimals.
 */
export class Amount {
  static readonly ZERO = new Amount(new Big(0), 0);

  private constructor(
    private readonly amount: Big,
    private readonly decimals: number,
  ) {}

  /** Of a plain decimal, without sign or exponent. Undefined when the text is not one. */
  static parse(text: string): Amount | undefined {
    const [isAmount, decimals = ''] = AMOUNT.exec(text) ?? [];
    return isAmount === undefined ? undefined : new Amount(new Big(text), decimals.length);
  }

  plus(other: Amount): Amount {
    return new Amount(this.amount.plus(other.amount), Math.max(this.decimals, other.decimals));
  }

  /** `quantity` is a whole number, not negative. */
  times(quantity: number): Amount {
    return new Amount(this.amount.times(quantity), this.decimals);
  }

  equals(other: Amount): boolean {
    return this.amount.eq(other.amount);
  }

  toString(): string {
    return this.amount.toFixed(this.decimals);
  }
}
