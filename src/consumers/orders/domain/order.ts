import { Amount, type Instant } from '../../../values/index.js';
import type { OrderId } from './order-id.js';
import type { OrderLine } from './order-line.js';
import { OrderRuleError } from './order-rule.errors.js';

export interface OrderParts {
  readonly id: OrderId;
  readonly createdAt: Instant;
  readonly customerName: string;
  readonly total: Amount;
  readonly lines: readonly OrderLine[];
}

/** An order as it was placed. One that exists has lines, and a total that is exactly the sum of their prices. */
export class Order {
  readonly id: OrderId;
  readonly createdAt: Instant;
  readonly customerName: string;
  readonly total: Amount;
  readonly lines: readonly OrderLine[];

  constructor({ id, createdAt, customerName, total, lines }: OrderParts) {
    if (lines.length === 0) throw new OrderRuleError('line_items', 'must have at least one line');
    const sum = lines.reduce((running, line) => running.plus(line.price), Amount.ZERO);
    if (!sum.equals(total)) {
      throw new OrderRuleError('total_price', 'must be the sum of the lines');
    }
    this.id = id;
    this.createdAt = createdAt;
    this.customerName = customerName;
    this.total = total;
    this.lines = lines;
  }
}
