import { discoverConsumers } from '../../src/discover-consumers.js';
import { greetings } from '../fixtures/consumers/greetings/greetings.controller.js';
import { headerOf, TestKafka, uniqueName } from '../support/test-kafka.js';
import { startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('greetings');
const group = uniqueName('plain-group');
const deadLetters = `${topic}.${group}.dlq`;

/** The folder holds a plain controller and nothing else; no other file names it. */
const folder = new URL('../fixtures/consumers/', import.meta.url);

describe('a plain controller in a folder of its own', () => {
  let kafka: TestKafka;
  let service: TestService;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, 2);
    await kafka.createTopic(deadLetters, 2);
    service = await startTestService({
      consumers: await discoverConsumers([folder]),
      environment: {
        KAFKA_DEFAULT_GROUP_ID: group,
        GREETINGS_TOPIC: topic,
        GREETINGS_RETRY_BACKOFF: '10ms',
      },
    });
    await kafka.publish(topic, [
      { key: 'a', value: JSON.stringify({ text: 'hello' }) },
      { key: 'b', value: JSON.stringify({ text: 'later', failTwice: true }) },
      { key: 'c', value: JSON.stringify({ text: 'never', refuse: true }) },
      { key: 'd', value: '{"text":' },
    ]);
    await kafka.allCommitted(group, topic);
  }, 60_000);

  afterAll(async () => {
    await service.stop();
    await kafka.close();
  });

  it('receives records, after default retries where it fails at first', () => {
    expect([...greetings].sort()).toEqual(['hello', 'later']);
  });

  it('gets default dead letters: exhausted after 4 attempts, undecodable after 1', async () => {
    const found = (await kafka.read(deadLetters)).map((record) => ({
      key: record.key?.toString(),
      reason: headerOf(record, 'x-dlq-reason'),
      attempts: headerOf(record, 'x-dlq-attempts'),
      handler: headerOf(record, 'x-dlq-handler'),
    }));
    const handler = 'GreetingsController.greet';
    expect(found.sort((left, right) => left.key!.localeCompare(right.key!))).toEqual([
      { key: 'c', reason: 'exhausted', attempts: '4', handler },
      { key: 'd', reason: 'deserialization', attempts: '1', handler },
    ]);
  });

  it('is named by its folder in health', async () => {
    const { body } = await service.probe('/health');
    expect(Object.keys(body.details)).toContain('consumer.greetings');
  });
});
