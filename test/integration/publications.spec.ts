import type { Settings } from '../../src/config/index.js';
import { RecordPublisher, RecordTooLargeError } from '../../src/kafka/index.js';
import { sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';

const topic = uniqueName('publications');
const record = (partition: number, value: Buffer) => ({
  ...{ topic, partition, key: null, value, headers: [], timestamp: 0 },
});

let kafka: TestKafka;
let publisher: RecordPublisher;

beforeAll(async () => {
  kafka = await TestKafka.connect();
  await kafka.createTopic(topic, 2, { 'max.message.bytes': '10000' });
  const settings = { kafka: { brokers: [sharedBroker()], clientId: 'spec' } };
  publisher = new RecordPublisher(settings as unknown as Settings);
});

afterAll(async () => {
  await publisher.close();
  await kafka.close();
});

describe('publications that are asked for together', () => {
  it('are sent once each, also where another partition refuses one of them', async () => {
    const answers = await Promise.allSettled([
      publisher.publish(record(0, Buffer.from('first'))),
      publisher.publish(record(1, Buffer.alloc(20_000))),
      publisher.publish(record(0, Buffer.from('second'))),
    ]);
    expect(answers).toMatchObject([
      { status: 'fulfilled', value: { partition: 0, offset: 0 } },
      { status: 'rejected', reason: expect.any(RecordTooLargeError) as Error },
      { status: 'fulfilled', value: { partition: 0, offset: 1 } },
    ]);
    const values = (await kafka.read(topic)).map(({ value }) => value!.toString());
    expect(values).toEqual(['first', 'second']);
  });
});
