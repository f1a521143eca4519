import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { ContractViolationError } from '../../../record/index.js';
import { OrderPlaced } from '../contract/index.js';
import { toOrder } from './index.js';

const EVENT = {
  order_id: 'ord-1',
  created_at: '2026-01-31T13:00:00.000001+01:00',
  customer_name: 'Somebody',
  total_price: '23.50',
  line_items: [
    { product_id: 'p-1', product_title: 'A thing', quantity: 2, unit_price: '10.00' },
    { product_id: 'p-2', product_title: 'Another', quantity: 1, unit_price: 3.5 },
  ],
};

const event = (changes: object = {}): OrderPlaced =>
  plainToInstance(OrderPlaced, { ...EVENT, ...changes });

describe('an order event', () => {
  it('becomes an order of the domain', () => {
    const order = toOrder(event());
    expect(order.id.toString()).toBe('ord-1');
    expect(order.createdAt.toString()).toBe('2026-01-31T12:00:00.000001Z');
    expect(order.customerName).toBe('Somebody');
    expect(order.total.toString()).toBe('23.50');
    expect(
      order.lines.map(({ productId, productTitle, quantity, unitPrice }) =>
        [productId, productTitle, quantity, unitPrice.toString()].join('|'),
      ),
    ).toEqual(['p-1|A thing|2|10.00', 'p-2|Another|1|3.5']);
  });

  it.each<[string, object]>([
    ['total_price: must be the sum of the lines', { total_price: '77.31' }],
    ['created_at: must be a time in the years 1 to 9999', { created_at: '0000-06-01T00:00:00Z' }],
    [
      'created_at: must be a time in the years 1 to 9999',
      { created_at: '9999-12-31T23:00:00-02:00' },
    ],
    [
      'line_items.0.unit_price: must be an exact amount',
      {
        line_items: [{ ...EVENT.line_items[0], unit_price: 'canary-7731' }],
      },
    ],
    ['line_items: must have at least one line', { line_items: [] }],
  ])('that breaks a rule is a violation of its contract: %s', (message, changes) => {
    expect(() => toOrder(event(changes))).toThrow(message);
    expect(() => toOrder(event(changes))).toThrow(ContractViolationError);
  });

  it('never has its values quoted by a violation', () => {
    const changes = { total_price: '7731', order_id: 'canary-7731' };
    expect(() => toOrder(event(changes))).toThrow(/^(?!.*7731)/);
  });

  it('lets a defect of ours through as what it is', () => {
    expect(() => toOrder(event({ line_items: undefined }))).toThrow(TypeError);
  });
});
