import type { RecordHeader } from '../../record/index.js';
import { diagnose } from './diagnose.js';
import { DIALECTS } from './dialects.js';

const text = (name: string, value: string): RecordHeader => [name, Buffer.from(value)];
function int32(name: string, value: number): RecordHeader {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return [name, bytes];
}
function int64(name: string, value: bigint): RecordHeader {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return [name, bytes];
}

const place = { originalTopic: 'orders', originalPartition: 3, originalOffset: 4_294_967_296 };

const FIXTURES: readonly [string, readonly RecordHeader[], object][] = [
  [
    'millrace',
    [
      text('x-dlq-reason', 'validation'),
      text('x-dlq-error-class', 'ContractViolationError'),
      text('x-dlq-original-topic', 'orders'),
      text('x-dlq-original-partition', '3'),
      text('x-dlq-original-offset', '4294967296'),
      text('x-dlq-consumer-group', 'storage_loader'),
      text('x-dlq-attempts', '4'),
      text('x-dlq-id', 'abc'),
    ],
    {
      ...place,
      reason: 'validation',
      errorClass: 'ContractViolationError',
      consumerGroup: 'storage_loader',
      attempts: 4,
    },
  ],
  [
    'spring',
    [
      text('kafka_dlt-exception-fqcn', 'org.example.ListenerFailed'),
      text('kafka_dlt-exception-cause-fqcn', 'java.lang.IllegalStateException'),
      text('kafka_dlt-exception-message', 'no'),
      text('kafka_dlt-original-topic', 'orders'),
      int32('kafka_dlt-original-partition', 3),
      int64('kafka_dlt-original-offset', 4_294_967_296n),
      int64('kafka_dlt-original-timestamp', 1_767_225_600_000n),
      text('kafka_dlt-original-consumer-group', 'billing'),
    ],
    {
      ...place,
      errorClass: 'java.lang.IllegalStateException',
      errorMessage: 'no',
      originalTimestamp: 1_767_225_600_000,
      consumerGroup: 'billing',
    },
  ],
  [
    'spring-retry',
    [
      text('kafka_original-topic', 'orders'),
      int32('kafka_original-partition', 3),
      int64('kafka_original-offset', 4_294_967_296n),
      text('kafka_exception-fqcn', 'java.io.IOException'),
      int32('retry_topic-attempts', 4),
      // A BigInteger: as few bytes as the number needs.
      ['retry_topic-original-timestamp', Buffer.from('019b76ef3800', 'hex')],
    ],
    {
      ...place,
      errorClass: 'java.io.IOException',
      attempts: 4,
      originalTimestamp: 0x019b76ef3800,
    },
  ],
  [
    'kafka-connect',
    [
      text('__connect.errors.topic', 'orders'),
      text('__connect.errors.partition', '3'),
      text('__connect.errors.offset', '4294967296'),
      text('__connect.errors.connector.name', 'sink'),
      text('__connect.errors.stage', 'VALUE_CONVERTER'),
      text('__connect.errors.exception.class.name', 'org.example.DataException'),
    ],
    {
      ...place,
      handler: 'sink',
      reason: 'VALUE_CONVERTER',
      errorClass: 'org.example.DataException',
    },
  ],
  [
    'smallrye',
    [
      text('dead-letter-topic', 'orders'),
      text('dead-letter-partition', '3'),
      text('dead-letter-offset', '4294967296'),
      text('dead-letter-reason', 'broken'),
      text('dead-letter-exception-class-name', 'java.lang.RuntimeException'),
    ],
    { ...place, errorMessage: 'broken', errorClass: 'java.lang.RuntimeException' },
  ],
  [
    'smallrye-retry',
    [
      text('delayed-retry-topic', 'orders_retry_10000'),
      text('delayed-retry-count', '3'),
      text('delayed-retry-topic', 'orders'),
      text('delayed-retry-partition', '3'),
      text('delayed-retry-offset', '4294967296'),
      text('delayed-retry-reason', 'broken'),
    ],
    { ...place, attempts: 3, errorMessage: 'broken' },
  ],
  [
    'smallrye-deserialization',
    [
      text('deserialization-failure-topic', 'orders'),
      text('deserialization-failure-reason', 'not a number'),
    ],
    { originalTopic: 'orders', errorMessage: 'not a number' },
  ],
  [
    'watermill',
    [
      text('topic_poisoned', 'orders'),
      text('reason_poisoned', 'cannot load'),
      text('handler_poisoned', 'load'),
    ],
    { originalTopic: 'orders', errorMessage: 'cannot load', handler: 'load' },
  ],
];

describe('the diagnosis of a dead letter', () => {
  it.each(FIXTURES)('reads what %s writes', (dialect, headers, expected) => {
    expect(diagnose(headers)).toEqual({ dialect, ...expected });
  });

  it('knows a fixture of every dialect', () => {
    expect(FIXTURES.map(([name]) => name).sort()).toEqual(DIALECTS.map(({ name }) => name).sort());
  });

  it('is unknown without headers that anybody writes', () => {
    expect(diagnose([text('x-other', '1')])).toEqual({ dialect: 'unknown' });
  });

  it('leaves out numbers that are none, and never fails', () => {
    const headers: RecordHeader[] = [
      text('kafka_dlt-original-topic', 'orders'),
      ['kafka_dlt-original-partition', Buffer.alloc(0)],
      ['kafka_dlt-original-offset', Buffer.alloc(9)],
      ['kafka_dlt-original-timestamp', null],
    ];
    expect(diagnose(headers)).toEqual({ dialect: 'spring', originalTopic: 'orders' });
    expect(diagnose([text('x-dlq-id', 'a'), text('x-dlq-original-offset', '12 or so')])).toEqual({
      dialect: 'millrace',
    });
  });
});
