import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { ConsumerGroup } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { startOwnKafka, type KafkaBroker } from '../support/stack.js';
import { headerOf, TestKafka } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = 'outage';
const group = 'outage-group';
const deadLetters = `${topic}.${group}.dlq`;
const done = new Map<string, number>();

@Controller()
@ConsumerGroup('outage', { groupId: group, concurrency: 8 })
class OutageController {
  @EventPattern([topic])
  async handle({ id }: { id: string }): Promise<void> {
    if (id.startsWith('bad')) throw new TypeError('a defect');
    await new Promise((resolve) => setTimeout(resolve, 2));
    done.set(id, (done.get(id) ?? 0) + 1);
  }
}

function good(from: number, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    key: `key-${index % 40}`,
    value: JSON.stringify({ id: `good-${from + index}` }),
  }));
}

/** One story in order: each test begins where the one before has left the service and its broker. */
describe('a service whose broker and topics come and go', () => {
  let broker: KafkaBroker;
  let kafka: TestKafka;
  let service: TestService;

  const consumer = () => service.consumer('outage');

  beforeAll(async () => {
    broker = await startOwnKafka();
    await broker.stop();
    service = await startTestService({
      consumers: [consumerOf('outage', [OutageController])],
      environment: { KAFKA_BROKERS: broker.address },
    });
  });

  afterAll(async () => {
    await service.stop();
    await kafka.close();
    await broker.stop();
  });

  it('starts while the broker is down: live, not ready, and saying so', async () => {
    await service.answers(503);
    expect((await service.probe('/livez')).code).toBe(200);
    await eventually(
      async () => /ECONNREFUSED|connect/i.test((await consumer()).reason ?? ''),
      'the unreachable broker is named',
    );
  });

  it('names the topics that are missing once the broker is there', async () => {
    await broker.start();
    kafka = await TestKafka.connect(broker.address);
    await eventually(
      async () =>
        ((await consumer()).reason ?? '').includes(`missing topics: ${topic}, ${deadLetters}`),
      'the missing topics are named',
    );
    expect((await service.probe('/livez')).code).toBe(200);
    expect((await service.probe('/readyz')).code).toBe(503);
  });

  it('becomes ready by itself when they are created', async () => {
    await kafka.createTopic(topic, 4);
    await kafka.createTopic(deadLetters, 4);
    await service.answers(200);
  });

  it('keeps a record pending while its dead-letter topic is gone, and names it', async () => {
    await kafka.deleteTopic(deadLetters);
    await kafka.publish(topic, [
      { key: 'bad', value: '{"id":"bad-1"}', partition: 0 },
      { key: 'bad', value: '{"id":"good-behind-bad"}', partition: 0 },
      { key: 'other', value: '{"id":"good-beside-bad"}', partition: 0 },
    ]);
    await service.answers(503);
    await eventually(() => done.has('good-beside-bad'), 'another key of the partition goes on');
    const { waitingFor } = await consumer();
    expect(waitingFor).toMatchObject([
      { dependency: `topic ${deadLetters}`, records: 1, first: `${topic}-0@0` },
    ]);
    expect(done.has('good-behind-bad')).toBe(false);
    expect((await kafka.committed(group, topic)).get(0) ?? 0).toBe(0);
    expect((await service.probe('/livez')).code).toBe(200);
  });

  it('lets it through when the topic is back', async () => {
    await kafka.createTopic(deadLetters, 4);
    await kafka.allCommitted(group, topic);
    await service.answers(200);
    const found = await kafka.read(deadLetters);
    expect(found.map(({ value }) => value?.toString())).toEqual(['{"id":"bad-1"}']);
    expect(headerOf(found[0]!, 'x-dlq-original-offset')).toBe('0');
    expect(done.has('good-behind-bad')).toBe(true);
  });

  it('outlives a broker that stops under load: live, not ready, nothing lost or dead-lettered', async () => {
    await kafka.publish(topic, good(0, 4_000));
    await eventually(() => done.size > 300, 'records are being handled');
    await broker.stop();
    await service.answers(503);
    expect((await service.probe('/livez')).code).toBe(200);
    await broker.start();
    await service.answers(200, 60_000);
    await kafka.publish(topic, good(4_000, 100));
    await kafka.allCommitted(group, topic);
    const missing = good(0, 4_100).filter(({ value }) => !done.has(JSON.parse(value).id));
    expect(missing).toEqual([]);
    expect(await kafka.read(deadLetters)).toHaveLength(1);
  });

  it('outlives a broker that is killed', async () => {
    await kafka.publish(topic, good(5_000, 1_000));
    await broker.kill();
    await service.answers(503);
    await broker.start();
    await service.answers(200, 60_000);
    await kafka.allCommitted(group, topic);
    const missing = good(5_000, 1_000).filter(({ value }) => !done.has(JSON.parse(value).id));
    expect(missing).toEqual([]);
  });
});
