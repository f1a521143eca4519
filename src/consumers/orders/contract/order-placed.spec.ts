import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { OrderPlaced, OrderPlacedLine } from './index.js';

const LINE = { product_id: 'p-1', product_title: 'A thing', quantity: 2, unit_price: '10.00' };
const EVENT = {
  order_id: 'ord-1',
  created_at: '2026-01-31T12:00:00Z',
  customer_name: 'Somebody',
  total_price: '20.00',
  line_items: [LINE],
};

function validated(json: string): { event: OrderPlaced; violations: string[] } {
  const event = plainToInstance(OrderPlaced, JSON.parse(json) as object);
  const errors = validateSync(event, { whitelist: true, forbidUnknownValues: true });
  return { event, violations: errors.flatMap((error) => fieldsOf(error)) };
}

function fieldsOf(error: ValidationError, path = ''): string[] {
  const field = `${path}${error.property}`;
  const own = error.constraints === undefined ? [] : [field];
  return [...own, ...(error.children ?? []).flatMap((child) => fieldsOf(child, `${field}.`))];
}

const violationsOf = (changes: object): string[] =>
  validated(JSON.stringify({ ...EVENT, ...changes })).violations;
const lineViolationsOf = (changes: object): string[] =>
  violationsOf({ line_items: [LINE, { ...LINE, ...changes }] });

describe('an order event', () => {
  it('keeps its contract, with prices as text or as numbers', () => {
    expect(violationsOf({})).toEqual([]);
    expect(violationsOf({ total_price: 20, line_items: [{ ...LINE, unit_price: 10.0 }] })).toEqual(
      [],
    );
  });

  it.each<[string, object]>([
    ['names in any language', { customer_name: 'Müller 株式会社 👩‍🚀' }],
    ['an empty customer name', { customer_name: '' }],
    ['a very long customer name', { customer_name: 'x'.repeat(5_000_000) }],
    ['a time with an offset and microseconds', { created_at: '2026-01-31T12:00:00.123456+01:00' }],
    ['a price of nothing', { total_price: 0 }],
  ])('may have %s', (_, changes) => {
    expect(violationsOf(changes)).toEqual([]);
  });

  it('loses what the contract does not know, also where it has the names of built-ins', () => {
    const json = JSON.stringify({
      ...EVENT,
      coupon: 'x',
      line_items: [{ ...LINE, colour: 'red' }],
    });
    const hostile = json.replace('{', '{"__proto__":{"polluted":1},"constructor":{"name":"x"},');
    const { event, violations } = validated(hostile);
    expect(violations).toEqual([]);
    expect(Object.keys(event).sort()).toEqual(Object.keys(EVENT).sort());
    expect(Object.keys(event.line_items[0]!).sort()).toEqual(Object.keys(LINE).sort());
    expect(event).toBeInstanceOf(OrderPlaced);
    expect(event.line_items[0]).toBeInstanceOf(OrderPlacedLine);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it.each(Object.keys(EVENT))('must have %s, and not as null', (field) => {
    expect(violationsOf({ [field]: undefined })).toEqual([field]);
    expect(violationsOf({ [field]: null })).toEqual([field]);
  });

  it.each<[string, readonly unknown[]]>([
    ['order_id', ['', '  ', 17, {}, [], true, 'x'.repeat(201), 'a\0b', '\ud800']],
    ['created_at', ['', 'yesterday', '2026-02-30T00:00:00Z', '2026-01-31T12:00:00', 1_769_860_800]],
    ['customer_name', [17, {}, ['x'], 'a\0b', '\udc00x']],
    ['total_price', ['', '-1', '1,5', 'x', -1, 0.1 + 0.2, 2 ** 53, true, {}, ['1']]],
    ['line_items', [[], {}, 'x', 1, { 0: LINE }, { length: 1 }]],
  ])('refuses a bad %s', (field, values) => {
    for (const value of values) {
      const violations = violationsOf({ [field]: value });
      expect(violations[0]).toBe(field);
      expect(violations.every((violation) => violation.startsWith(field))).toBe(true);
    }
  });

  it.each<[unknown]>([[null], ['x'], [1], [[LINE]], [[]]])('refuses the line %j', (line) => {
    expect(violationsOf({ line_items: [LINE, line] }).length).toBeGreaterThan(0);
  });
});

describe('a line of an order event', () => {
  it.each(Object.keys(LINE))('must have %s, and not as null', (field) => {
    expect(lineViolationsOf({ [field]: undefined })).toEqual([`line_items.1.${field}`]);
    expect(lineViolationsOf({ [field]: null })).toEqual([`line_items.1.${field}`]);
  });

  it.each<[string, readonly unknown[]]>([
    ['product_id', ['', 1, {}, 'x'.repeat(201)]],
    ['product_title', [1, {}, [], 'a\0b']],
    ['quantity', [0, -1, 1.5, '2', 2 ** 53, 1e300, true, [2]]],
    ['unit_price', [-0.01, '-1', '', 'free', 12_345_678_901.123_456, null]],
  ])('refuses a bad %s', (field, values) => {
    for (const value of values) {
      expect(lineViolationsOf({ [field]: value })).toEqual([`line_items.1.${field}`]);
    }
  });
});
