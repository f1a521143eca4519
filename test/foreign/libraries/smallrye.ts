import { int32, int64, text, type ForeignLibrary } from './library.js';

export const SMALLRYE: ForeignLibrary = {
  name: 'smallrye',
  title: 'SmallRye Reactive Messaging',
  artifact: 'smallrye-reactive-messaging-kafka',
  build: { kind: 'maven', mainClass: 'SmallRyeChannels' },
  deadLetterTopics: [
    'dead-letter-topic-invoices',
    'dead-letter-topic-payments',
    'dead-letter-topic-orders',
  ],
  otherTopics: ['smallrye-orders_retry_200', 'smallrye-orders_retry_400'],
  sources: [
    { topic: 'smallrye-invoices', key: text('i-1'), value: text('an invoice') },
    {
      topic: 'smallrye-invoices',
      key: text('i-2'),
      value: text('refused invoice'),
      case: 'the method fails, with a cause',
      again: {},
    },
    { topic: 'smallrye-payments', key: int64(1n), value: int32(1) },
    {
      topic: 'smallrye-payments',
      key: int64(2n),
      value: Buffer.from([0xff, 0x00]),
      case: 'the value cannot be deserialized',
      again: { value: int32(-2) },
    },
    {
      topic: 'smallrye-payments',
      key: text('k'),
      value: int32(3),
      case: 'the key cannot be deserialized',
    },
    { topic: 'smallrye-orders', key: text('o-1'), value: text('an order') },
    {
      topic: 'smallrye-orders',
      key: text('o-2'),
      value: text('refused order'),
      case: 'the retry topics are exhausted',
      again: {},
    },
  ],
  changingHeaders: ['delayed-retry-first-processing-timestamp'],
  changingWhenRedriven: ['delayed-retry-original-timestamp'],
};
