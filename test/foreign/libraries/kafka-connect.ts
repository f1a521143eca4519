import { int64, text, type ForeignLibrary } from './library.js';

const topic = 'connect-amounts';

export const KAFKA_CONNECT: ForeignLibrary = {
  name: 'kafka-connect',
  title: 'Kafka Connect',
  artifact: 'connect-runtime',
  build: { kind: 'maven', mainClass: 'ConnectWorker' },
  deadLetterTopics: ['connect-amounts-dlq'],
  otherTopics: [],
  sources: [
    { topic, key: int64(1n), value: text('{"amount":"1"}') },
    {
      topic,
      key: int64(2n),
      value: text('{"amount":'),
      case: 'the converter cannot read the value',
      again: {},
    },
    {
      topic,
      key: text('k'),
      value: text('{"amount":"3"}'),
      case: 'the converter cannot read the key',
    },
    { topic, key: int64(4n), value: text('{"amount":"many"}'), case: 'a transformation fails' },
    { topic, key: int64(5n), value: text('{"amount":"-5"}'), case: 'the sink reports the record' },
  ],
  changingHeaders: [],
};
