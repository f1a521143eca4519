import fc from 'fast-check';
import { deliveryOf, type DeliveryParts } from '../../test/support/deliveries.js';
import type { OwnTopic } from '../kafka/index.js';
import type { Delivery, KafkaRecord, RecordHeader } from '../record/index.js';
import { toDeadLetter } from './dead-letter-envelope.js';
import { readHistory } from './record-history.js';
import { originalHeadersOf, toRetryRecord } from './retry-envelope.js';
import { RETRY_HEADERS } from './retry-headers.js';

const RETRY = 'orders.storage_loader.retry.1';
const REDRIVE = 'orders.storage_loader.redrive';
const LEVEL: OwnTopic = { topic: RETRY, level: 1, delayMs: 10_000, isOptional: false };
const WAIT = { delayMs: 10_000, delaysUsed: 1 };
const SOURCE = { handler: { topic: 'orders' } };

const header = (name: string, text: string): RecordHeader => [name, Buffer.from(text)];
const deliver = (parts: DeliveryParts): Delivery => deliveryOf({ ...SOURCE, ...parts });

/** The record as its retry topic gives it. */
function retried(delivery: Delivery): KafkaRecord {
  const { key, value, headers, timestamp } = toRetryRecord(RETRY, delivery, WAIT);
  return { topic: RETRY, partition: 0, offset: 99, timestamp, key, value, headers };
}

const anyHeader = fc.tuple(
  fc.constantFrom(...Object.values(RETRY_HEADERS), 'x-own', 'x-dlq-redrive-count'),
  fc.option(fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes))),
);

describe('a record for a retry topic', () => {
  it('carries origin, attempts and time, and gives them back', () => {
    const delivery = deliver({ record: { offset: 41 } });
    delivery.failedAttempts = 4;
    delivery.firstFailedAt = new Date('2026-01-31T12:00:00.000Z');
    const before = Date.now();
    const history = readHistory(retried(delivery), LEVEL);
    expect(history).toMatchObject({
      origin: { topic: 'orders', partition: 0, offset: 41, timestamp: delivery.origin.timestamp },
      failedAttempts: 4,
      delaysUsed: 1,
      firstFailedAt: delivery.firstFailedAt,
    });
    expect(history.notBefore).toBeGreaterThanOrEqual(before + WAIT.delayMs);
  });

  it('keeps every header of its own, whatever their names, over any number of retries', () => {
    fc.assert(
      fc.property(fc.array(anyHeader), fc.integer({ min: 1, max: 3 }), (headers, times) => {
        let record = deliver({ record: { headers } }).record;
        for (let time = 0; time < times; time += 1) record = retried(deliver({ record }));
        const read = deliver({ record });
        expect(originalHeadersOf(read)).toEqual(headers);
        const own = record.headers.slice(headers.length).map(([name]) => name);
        expect(new Set(own).size).toBe(own.length);
      }),
    );
  });

  it('is a dead letter with its own headers and no others', () => {
    const own = [header('x-retry-attempt', 'mine'), header('x-own', '1')];
    const record = retried(deliver({ record: { headers: own } }));
    const letter = toDeadLetter('dlq', {
      delivery: deliver({ record }),
      reason: 'exhausted',
      error: new Error('x'),
      failedAt: new Date(),
    });
    expect(letter.headers.filter(([name]) => !name.startsWith('x-dlq'))).toEqual(own);
  });

  it('goes on counting how often it was redriven, and believes nobody on the source', () => {
    const headers = [header('x-dlq-redrive-count', '2'), header('x-redrive-id', 'r')];
    const toldBy = (topic: string): (string | undefined)[] => {
      const { headers: all } = retried(deliver({ record: { topic, headers } }));
      return all.slice(topic === REDRIVE ? 0 : headers.length).flatMap(([name, value]) => {
        return name === 'x-dlq-redrive-count' || name === 'x-redrive-id' ? [String(value)] : [];
      });
    };
    expect(toldBy(REDRIVE)).toEqual(['r', '2']);
    expect(toldBy('orders')).toEqual(['0']);
  });

  it('goes to the partition that it was read from, with the time of now', () => {
    const delivery = deliver({ record: { partition: 3 }, origin: { partition: 8 } });
    const before = Date.now();
    const { partition, timestamp } = toRetryRecord(RETRY, delivery, WAIT);
    expect(partition).toBe(3);
    expect(timestamp).toBeGreaterThanOrEqual(before);
  });
});

describe('what a record says of its way', () => {
  const recordWith = (headers: RecordHeader[], timestamp = 5): KafkaRecord =>
    deliver({ record: { topic: RETRY, offset: 9, timestamp, headers } }).record;

  it('is its own beginning where it says nothing, and it waits the whole delay', () => {
    const history = readHistory(recordWith([]), LEVEL);
    expect(history).toMatchObject({ failedAttempts: 0, notBefore: 10_005 });
    expect(history.origin).toMatchObject({ topic: RETRY, offset: 9 });
    expect(readHistory(recordWith([], -1), LEVEL).notBefore).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each([
    ['x-retry-original-offset', '-1'],
    ['x-retry-original-offset', '1e3'],
    ['x-retry-original-partition', ''],
    ['x-retry-original-topic', ''],
  ])('is not believed with %s %j', (name, text) => {
    const whole = {
      'x-retry-attempt': '2',
      'x-retry-original-topic': 'orders',
      'x-retry-original-partition': '0',
      'x-retry-original-offset': '4',
    };
    const headers = Object.entries({ ...whole, [name]: text });
    const record = recordWith(headers.map(([one, content]) => header(one, content)));
    expect(readHistory(record, LEVEL).origin).toMatchObject({ topic: RETRY, offset: 9 });
  });

  it('never throws, whatever bytes it has', () => {
    fc.assert(
      fc.property(fc.array(anyHeader), (headers) => {
        const { failedAttempts, notBefore } = readHistory(recordWith(headers), LEVEL);
        expect(Number.isSafeInteger(failedAttempts)).toBe(true);
        expect(Number.isSafeInteger(notBefore)).toBe(true);
      }),
    );
  });

  it('begins anew with all its attempts when it was redriven', () => {
    const redrive: OwnTopic = { topic: REDRIVE, level: 0, delayMs: 0, isOptional: true };
    const headers = [header('x-retry-attempt', '7'), header('x-retry-not-before', '99')];
    const history = readHistory(recordWith(headers), redrive);
    expect(history).toMatchObject({ failedAttempts: 0, delaysUsed: 0, notBefore: 0 });
  });
});
