import type { Amount } from '../../../values/index.js';
import { OrderRuleError } from './order-rule.errors.js';

export interface OrderLineParts {
  readonly productId: string;
  readonly productTitle: string;
  readonly quantity: number;
  readonly unitPrice: Amount;
}

/** So much of one product at one price; at least one piece, and only whole ones. */
export class OrderLine {
  readonly productId: string;
  readonly productTitle: string;
  readonly quantity: number;
  readonly unitPrice: Amount;

  constructor({ productId, productTitle, quantity, unitPrice }: OrderLineParts) {
    if (!Number.isSafeInteger(quantity) || quantity < 1) {
      throw new OrderRuleError('quantity', 'must be a whole number of at least 1');
    }
    this.productId = productId;
    this.productTitle = productTitle;
    this.quantity = quantity;
    this.unitPrice = unitPrice;
  }

  get price(): Amount {
    return this.unitPrice.times(this.quantity);
  }
}
