import { OrderRuleError } from './order-rule.errors.js';

const LONGEST = 200;

/** What the shop calls an order: some text, not blank, short enough to be a key. */
export class OrderId {
  private constructor(private readonly text: string) {}

  static of(text: string): OrderId {
    if (text.trim() === '') throw new OrderRuleError('order_id', 'must not be blank');
    if (text.length > LONGEST) {
      throw new OrderRuleError('order_id', `must not be longer than ${LONGEST} characters`);
    }
    return new OrderId(text);
  }

  toString(): string {
    return this.text;
  }
}
