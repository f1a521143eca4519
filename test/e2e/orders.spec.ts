import { discoverConsumers } from '../../src/discover-consumers.js';
import { freshDatabase, type FreshDatabase } from '../support/fresh-database.js';
import { orderEvent, orderRecord } from '../support/order-events.js';
import { headerOf, TestKafka, uniqueName, type TestRecord } from '../support/test-kafka.js';
import { startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('orders');
const group = uniqueName('storage-loader');
const deadLetters = `${topic}.${group}.dlq`;
const GOOD = 200;

const bad: Readonly<Record<string, { reason: string; value: string | Buffer | null }>> = {
  truncated: { reason: 'deserialization', value: '{"order_id":"x",' },
  empty: { reason: 'deserialization', value: '' },
  'invalid UTF-8': { reason: 'deserialization', value: Buffer.from([0x22, 0xff, 0xfe, 0x22]) },
  'bare NaN': { reason: 'deserialization', value: '{"order_id":NaN}' },
  'BOM before garbage': { reason: 'deserialization', value: '\uFEFF?' },
  'too deep': { reason: 'deserialization', value: '['.repeat(129) + ']'.repeat(129) },
  tombstone: { reason: 'validation', value: null },
  'text null': { reason: 'validation', value: 'null' },
  'no object': { reason: 'validation', value: '["an order?"]' },
  'missing field': {
    reason: 'validation',
    value: JSON.stringify(orderEvent(9_001, { customer_name: undefined })),
  },
  'wrong type': {
    reason: 'validation',
    value: JSON.stringify(orderEvent(9_002, { line_items: 'none' })),
  },
  'wrong total': {
    reason: 'validation',
    value: JSON.stringify(orderEvent(9_003, { total_price: '1.00' })),
  },
  'inexact number': {
    reason: 'validation',
    value: JSON.stringify(orderEvent(9_004)).replace('"10.00"', '0.1234567890123456789'),
  },
  'number read as another': {
    reason: 'validation',
    value: JSON.stringify(orderEvent(9_006)).replace('"20.50"', '20.500000000000000001'),
  },
  'quantity read as another': {
    reason: 'validation',
    value: JSON.stringify(orderEvent(9_006)).replace(':2,', ':2.00000000000000000001,'),
  },
};

const goodForms: TestRecord[] = [
  { key: 'bom', value: `\uFEFF${JSON.stringify(orderEvent(8_001))}` },
  {
    key: 'long number in an extra field',
    value: `{"extra":23.500000000000000001,${JSON.stringify(orderEvent(8_004)).slice(1)}`,
  },
  { key: 'extra', value: JSON.stringify(orderEvent(8_002, { extra: { nested: [1] } })) },
  {
    key: 'proto',
    value: `{"__proto__":{"polluted":true},"constructor":{"x":1},${JSON.stringify(orderEvent(8_003)).slice(1)}`,
  },
];

describe('order events', () => {
  let kafka: TestKafka;
  let database: FreshDatabase;
  let service: TestService;

  beforeAll(async () => {
    [kafka, database] = await Promise.all([TestKafka.connect(), freshDatabase()]);
    await kafka.createTopic(topic, 4);
    await kafka.createTopic(deadLetters, 4);
    service = await startTestService({
      consumers: await discoverConsumers([new URL('../../src/consumers/', import.meta.url)]),
      environment: {
        CONSUMERS: 'orders',
        DATABASE_URL: database.url,
        ORDERS_TOPIC: topic,
        ORDERS_GROUP_ID: group,
      },
    });
    const good = Array.from({ length: GOOD }, (_, number) => orderRecord(number));
    await kafka.publish(topic, [
      ...good,
      ...good.slice(0, 20),
      ...goodForms,
      ...Object.entries(bad).map(([key, { value }]) => ({ key, value })),
    ]);
    await kafka.publish(topic, [
      {
        ...orderRecord(1, { customer_name: 'newer', created_at: '2026-02-01T12:00:00Z' }),
        headers: { 'event-id': 'newer' },
      },
      {
        ...orderRecord(2, { customer_name: 'older', created_at: '2026-01-01T12:00:00Z' }),
        headers: { 'event-id': 'older' },
      },
    ]);
    await kafka.allCommitted(group, topic);
  });

  afterAll(async () => {
    await service.stop();
    await kafka.close();
    await database.drop();
  });

  it('are stored with exact totals, every valid order once', async () => {
    const rows = await database.query<{ order_id: string; total_price: string }>(
      'SELECT order_id, total_price::text FROM orders',
    );
    const expected = [...Array(GOOD).keys(), 8_001, 8_002, 8_003, 8_004].map((number) => {
      const { order_id, total_price } = orderEvent(number);
      return [order_id, total_price];
    });
    expect(new Map(rows.map((row) => [row.order_id, row.total_price]))).toEqual(
      new Map(expected as [string, string][]),
    );
    const [lines] = await database.query<{ count: string }>('SELECT count(*) FROM order_lines');
    expect(Number(lines!.count)).toBe(2 * (GOOD + goodForms.length));
  });

  it('that repeat an event id are recognised as duplicates', async () => {
    expect((await service.consumer('orders')).records.duplicate).toBe(20);
  });

  it('of one order: the later created_at wins, whatever arrives last', async () => {
    const rows = await database.query(
      "SELECT order_id, customer_name FROM orders WHERE order_id IN ('ord-1', 'ord-2') ORDER BY 1",
    );
    expect(rows).toEqual([
      { order_id: 'ord-1', customer_name: 'newer' },
      { order_id: 'ord-2', customer_name: 'customer 2' },
    ]);
  });

  it('that are bad become dead letters, once each, unchanged, with the right reason', async () => {
    const found = (await kafka.read(deadLetters)).map((record) => [
      record.key!.toString(),
      {
        reason: headerOf(record, 'x-dlq-reason'),
        attempts: headerOf(record, 'x-dlq-attempts'),
        value: record.value?.toString('base64') ?? null,
      },
    ]);
    const expected = Object.entries(bad).map(([key, { reason, value }]) => [
      key,
      {
        reason,
        attempts: '1',
        value: value === null ? null : Buffer.from(value).toString('base64'),
      },
    ]);
    expect(found).toHaveLength(expected.length);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  });

  it("pollute no prototype and leave no payload in the dead letters' diagnostics", async () => {
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    for (const record of await kafka.read(deadLetters)) {
      expect(headerOf(record, 'x-dlq-error-message')).not.toMatch(/customer \d|lamp/);
    }
  });
});
