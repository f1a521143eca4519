import { int64, text, type ForeignLibrary } from './library.js';

export const SPRING_KAFKA: ForeignLibrary = {
  name: 'spring-kafka',
  title: 'Spring for Apache Kafka',
  artifact: 'spring-kafka',
  build: { kind: 'maven', mainClass: 'SpringListeners' },
  deadLetterTopics: ['spring-invoices-dlt', 'spring-payments-dlt', 'spring-orders-dlt'],
  otherTopics: [],
  sources: [
    { topic: 'spring-invoices', key: text('i-1'), value: text('an invoice') },
    {
      topic: 'spring-invoices',
      key: text('i-2'),
      value: text('refused invoice'),
      case: 'the handler throws, with a cause',
      again: {},
    },
    { topic: 'spring-payments', key: int64(1n), value: text('{"amount":1}') },
    {
      topic: 'spring-payments',
      key: int64(2n),
      value: Buffer.from('7b22616d6f756e74223aff', 'hex'),
      case: 'the value cannot be deserialized',
    },
    {
      topic: 'spring-payments',
      key: text('k'),
      value: text('{"amount":3}'),
      case: 'the key cannot be deserialized',
    },
    { topic: 'spring-orders', key: text('o-1'), value: text('an order') },
    {
      topic: 'spring-orders',
      key: text('o-2'),
      value: text('refused order'),
      case: 'the retry topics are exhausted',
      again: {},
    },
  ],
  changingHeaders: ['retry_topic-backoff-timestamp'],
  changingWhenRedriven: ['kafka_dlt-original-timestamp', 'retry_topic-original-timestamp'],
};
