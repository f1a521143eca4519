import fc from 'fast-check';
import { Amount, Instant } from '../../../values/index.js';
import { Order, OrderId, OrderLine } from './index.js';

const CREATED_AT = Instant.of(0n)!;
const amount = (text: string): Amount => Amount.parse(text)!;
const line = (quantity: number, unitPrice: string): OrderLine =>
  new OrderLine({
    productId: 'p-1',
    productTitle: 'A thing',
    quantity,
    unitPrice: amount(unitPrice),
  });
const order = (total: string, lines: readonly OrderLine[]): Order =>
  new Order({
    id: OrderId.of('ord-1'),
    createdAt: CREATED_AT,
    customerName: 'Somebody',
    total: amount(total),
    lines,
  });

describe('an order', () => {
  it('has a total that is the sum of its lines', () => {
    expect(order('23.50', [line(2, '10.00'), line(1, '3.5')]).total.toString()).toBe('23.50');
    expect(() => order('23.49', [line(2, '10.00'), line(1, '3.5')])).toThrow(
      'total_price: must be the sum of the lines',
    );
  });

  it('has at least one line', () => {
    expect(() => order('0', [])).toThrow('line_items: must have at least one line');
  });

  it('accepts exactly one total for any lines', () => {
    const lines = fc.array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 1_000_000 }),
        cents: fc.integer({ min: 0, max: 100_000_000 }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    const priceOf = (cents: bigint): string =>
      `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 99 }), (parts, wrongBy) => {
        const total = parts.reduce(
          (sum, { quantity, cents }) => sum + BigInt(quantity) * BigInt(cents),
          0n,
        );
        const made = parts.map(({ quantity, cents }) => line(quantity, priceOf(BigInt(cents))));
        expect(order(priceOf(total), made).lines).toHaveLength(parts.length);
        expect(() => order(priceOf(total + BigInt(wrongBy)), made)).toThrow('total_price');
      }),
    );
  });
});

describe('a line', () => {
  it.each([0, -1, 1.5, NaN, Infinity, 2 ** 53])('refuses the quantity %d', (quantity) => {
    expect(() => line(quantity, '1')).toThrow('quantity: must be a whole number of at least 1');
  });

  it('costs its quantity times its price', () => {
    expect(line(3, '0.1').price.toString()).toBe('0.3');
  });
});

describe('an order’s id', () => {
  it.each(['ord-1', ' padded ', '注文 1', 'x'.repeat(200)])('may be %j', (text) => {
    expect(OrderId.of(text).toString()).toBe(text);
  });

  it.each(['', '   ', '\t', 'x'.repeat(201)])('may not be %j', (text) => {
    expect(() => OrderId.of(text)).toThrow(/^order_id: /);
  });
});
