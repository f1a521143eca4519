import { exactAmount, parseInstant } from '../../../contracts/index.js';
import { ContractViolationError } from '../../../record/index.js';
import { Amount, Instant } from '../../../values/index.js';
import type { OrderPlaced, OrderPlacedLine } from '../contract/index.js';
import { Order, OrderId, OrderLine, OrderRuleError } from '../domain/index.js';

/**
 * The wall between the shop's contract and our domain: nothing behind it knows the event's names, types or formats. A
 * valid event that breaks a rule of the domain violates its contract too; the error names the field, never its value.
 */
export function toOrder(event: OrderPlaced): Order {
  try {
    return new Order({
      id: OrderId.of(event.order_id),
      createdAt: instantOf(event.created_at, 'created_at'),
      customerName: event.customer_name,
      total: amountOf(event.total_price, 'total_price'),
      lines: event.line_items.map(toLine),
    });
  } catch (error) {
    if (error instanceof OrderRuleError) {
      throw new ContractViolationError(error.message, { cause: error });
    }
    throw error;
  }
}

function toLine(line: OrderPlacedLine, index: number): OrderLine {
  return new OrderLine({
    productId: line.product_id,
    productTitle: line.product_title,
    quantity: line.quantity,
    unitPrice: amountOf(line.unit_price, `line_items.${index}.unit_price`),
  });
}

function amountOf(price: string | number, field: string): Amount {
  const amount = Amount.parse(exactAmount(price) ?? '');
  if (amount === undefined) throw new OrderRuleError(field, 'must be an exact amount');
  return amount;
}

function instantOf(text: string, field: string): Instant {
  const microseconds = parseInstant(text);
  const instant = microseconds === undefined ? undefined : Instant.of(microseconds);
  if (instant === undefined)
    throw new OrderRuleError(field, 'must be a time in the years 1 to 9999');
  return instant;
}
