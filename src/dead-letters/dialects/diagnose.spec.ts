import type { KafkaRecord, RecordHeader } from '../../record/index.js';
import { diagnose } from './diagnose.js';

const text = (name: string, value: string): RecordHeader => [name, Buffer.from(value)];
const recordWith = (...headers: RecordHeader[]): KafkaRecord => ({
  topic: 'some.dlq',
  partition: 0,
  offset: 0,
  timestamp: 1_767_225_600_000,
  key: null,
  value: null,
  headers,
});

// What others write stands in foreign-dead-letters.spec.ts, as they write it.
describe('the diagnosis of a dead letter', () => {
  it('reads what we write', () => {
    const ours = recordWith(
      text('x-dlq-reason', 'validation'),
      text('x-dlq-error-class', 'ContractViolationError'),
      text('x-dlq-original-topic', 'orders'),
      text('x-dlq-original-partition', '3'),
      text('x-dlq-original-offset', '4294967296'),
      text('x-dlq-consumer-group', 'storage_loader'),
      text('x-dlq-attempts', '4'),
      text('x-dlq-id', 'abc'),
    );
    expect(diagnose(ours)).toEqual({
      dialect: 'millrace',
      originalTopic: 'orders',
      originalPartition: 3,
      originalOffset: 4_294_967_296,
      reason: 'validation',
      errorClass: 'ContractViolationError',
      consumerGroup: 'storage_loader',
      attempts: 4,
    });
  });

  it('is unknown without headers that anybody writes', () => {
    expect(diagnose(recordWith(text('x-other', '1')))).toEqual({ dialect: 'unknown' });
  });

  it('reads numbers of any length up to eight bytes', () => {
    const record = recordWith(
      ['kafka_dlt-original-topic', Buffer.from('orders')],
      ['kafka_dlt-original-partition', Buffer.from('03', 'hex')],
      ['kafka_dlt-original-offset', Buffer.from('0000000100000000', 'hex')],
      ['kafka_dlt-original-timestamp', Buffer.from('019b76ef3800', 'hex')],
    );
    expect(diagnose(record)).toEqual({
      dialect: 'spring',
      originalTopic: 'orders',
      originalPartition: 3,
      originalOffset: 4_294_967_296,
      originalTimestamp: 0x019b76ef3800,
    });
  });

  it('leaves out numbers that are none, and never fails', () => {
    const foreign = recordWith(
      text('kafka_dlt-original-topic', 'orders'),
      ['kafka_dlt-original-partition', Buffer.alloc(0)],
      ['kafka_dlt-original-offset', Buffer.alloc(9)],
      ['kafka_dlt-original-timestamp', null],
    );
    expect(diagnose(foreign)).toEqual({ dialect: 'spring', originalTopic: 'orders' });
    const ours = recordWith(text('x-dlq-id', 'a'), text('x-dlq-original-offset', '12 or so'));
    expect(diagnose(ours)).toEqual({ dialect: 'millrace' });
    const empty = recordWith(
      text('retry_topic-attempts', ''),
      text('delayed-retry-count', 'many'),
      text('delayed-retry-topic', 'orders'),
    );
    expect(diagnose(empty)).toEqual({ dialect: 'spring-retry' });
  });
});
