import { DEAD_LETTER_HEADERS } from '../../failures/index.js';
import type { RecordHeader } from '../../record/index.js';
import { readDeadLetter } from '../read-dead-letter.js';
import { redrivenRecord } from './redriven-record.js';
import { Targets } from './targets.js';

const text = (name: string, value: string): RecordHeader => [name, Buffer.from(value)];

const own: RecordHeader[] = [
  ['event-id', Buffer.from([0xff, 0x00])],
  text('x', '1'),
  ['y', null],
  text('x', '2'),
  text('constructor', 'c'),
];
const envelope: RecordHeader[] = [
  ...Object.values(DEAD_LETTER_HEADERS)
    .filter((name) => !name.includes('original') && !name.includes('count'))
    .map((name) => text(name, 'told')),
  text('x-dlq-original-topic', 'orders'),
  text('x-dlq-original-partition', '7'),
  text('x-dlq-original-offset', '42'),
  text('x-dlq-original-timestamp', '1767225600000'),
  text('x-dlq-consumer-group', 'loader'),
  text('x-dlq-redrive-count', '1'),
];
const record = {
  topic: 'orders.loader.dlq',
  partition: 7,
  offset: 3,
  timestamp: 1_767_225_700_000,
  key: Buffer.from([1, 2, 3]),
  value: null,
  headers: [...own, ...envelope, text('x-retry-attempt', '3'), text('x-redrive-id', 'earlier')],
};
const order = { target: 'orders.loader.redrive', redriveId: 'job-1', atMs: 5 };

describe('a redriven record', () => {
  const redriven = redrivenRecord(readDeadLetter(record), order);

  it('has key, value and its own headers as they were, in order, repeated, null or binary', () => {
    expect(redriven.key).toBe(record.key);
    expect(redriven.value).toBe(null);
    expect(redriven.headers.slice(0, own.length)).toEqual(own);
  });

  it('says where it came from and how often it was redriven, and nothing of its failures', () => {
    expect(
      redriven.headers.slice(own.length).map(([name, value]) => [name, value!.toString()]),
    ).toEqual([
      ['x-retry-original-topic', 'orders'],
      ['x-retry-original-partition', '7'],
      ['x-retry-original-offset', '42'],
      ['x-retry-original-timestamp', '1767225600000'],
      ['x-redrive-id', 'job-1'],
      ['x-dlq-redrive-count', '2'],
    ]);
  });

  it('has no consumer headers of ours, and those of its own as they were', () => {
    const mine = [text('consumer_error', 'its own'), ...own];
    const ours = [text('consumer_failed_at', 'then'), text('consumer_error', 'why')];
    const letter = readDeadLetter({ ...record, headers: [...mine, ...envelope, ...ours] });
    const { headers } = redrivenRecord(letter, order);
    expect(headers.filter(([name]) => !name.startsWith('x-'))).toEqual(
      mine.filter(([name]) => !name.startsWith('x-')),
    );
  });

  it("goes to its source's partition, so that it meets the other records of its key", () => {
    expect([redriven.topic, redriven.partition]).toEqual(['orders.loader.redrive', 7]);
  });

  it('may have another value', () => {
    const value = Buffer.from('mended');
    expect(redrivenRecord(readDeadLetter(record), { ...order, value }).value).toBe(value);
  });
});

describe('the target of a redrive', () => {
  const foreign = {
    ...record,
    headers: [text('dead-letter-topic', 'orders'), text('dead-letter-reason', 'no')],
  };
  const rules = [{ topic: 'orders', groupId: 'loader', redriveLimit: 5 }];

  it('is the redrive topic of the group that gave the record up, whatever the topic is called', () => {
    const shared = readDeadLetter({ ...record, topic: 'shared.dlq' });
    expect(new Targets([]).of(shared)).toBe('orders.loader.redrive');
  });

  it('has to be named for a foreign dead letter', () => {
    expect(new Targets(rules).of(readDeadLetter(foreign))).toBe(undefined);
    expect(new Targets(rules, 'orders').of(readDeadLetter(foreign))).toBe('orders');
  });

  it.each(['orders', 'orders.loader.redrive'])('may be %s when it is named', (to) => {
    expect(() => new Targets(rules, to).check(readDeadLetter(foreign))).not.toThrow();
  });

  it('may be no other topic: a dead letter is not for everybody', () => {
    const check = (): void => new Targets(rules, 'payments').check(readDeadLetter(record));
    expect(check).toThrow('--to payments is not allowed');
    expect(check).toThrow('(orders)');
  });

  it("is limited as the failing group's consumer says, and three times otherwise", () => {
    expect(new Targets(rules).limitOf(readDeadLetter(record))).toBe(5);
    expect(new Targets([]).limitOf(readDeadLetter(record))).toBe(3);
  });
});
