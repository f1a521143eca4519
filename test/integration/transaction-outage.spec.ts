import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { ConsumerGroup } from '../../src/kafka/index.js';
import type { OutgoingRecord } from '../../src/record/index.js';
import { Transactional } from '../../src/transactions/index.js';
import { eventually } from '../support/eventually.js';
import { startOwnKafka, type KafkaBroker } from '../support/stack.js';
import { TestKafka } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const input = 'outage';
const output = 'outage-out';
const group = 'outage-group';
let handled = 0;

@Controller()
@ConsumerGroup('outage', { groupId: group })
class OutageController {
  @EventPattern([input])
  @Transactional({ maxRecords: 20, maxWaitMs: 20 })
  async handle({ id }: { id: number }): Promise<OutgoingRecord> {
    await new Promise((resolve) => setTimeout(resolve, 5));
    handled += 1;
    const value = Buffer.from(String(id));
    return { topic: output, key: value, value, headers: [], timestamp: Date.now() };
  }
}

describe('a transactional service whose broker goes', () => {
  let broker: KafkaBroker;
  let kafka: TestKafka;
  let service: TestService;
  let published = 0;

  const publish = async (count: number): Promise<void> => {
    const ids = Array.from({ length: count }, (_, index) => published + index);
    published += count;
    await kafka.publish(
      input,
      ids.map((id) => ({ key: String(id), value: JSON.stringify({ id }) })),
    );
  };

  beforeAll(async () => {
    broker = await startOwnKafka();
    kafka = await TestKafka.connect(broker.address);
    for (const topic of [input, output, `${input}.${group}.dlq`]) await kafka.createTopic(topic, 3);
    service = await startTestService({
      consumers: [consumerOf('outage', [OutageController])],
      environment: { KAFKA_BROKERS: broker.address },
    });
    await service.answers(200);
  });

  afterAll(async () => {
    await service.stop();
    await kafka.close();
    await broker.stop();
  });

  it.each(['killed', 'stopped'] as const)(
    'while transactions are under way produces each record once when it is back (%s)',
    async (end) => {
      await publish(2_000);
      const before = handled;
      await eventually(() => handled > before + 100, 'it works');
      await (end === 'killed' ? broker.kill() : broker.stop());
      await service.answers(503);
      await broker.start();
      await kafka.allCommitted(group, input, 90_000);
      const copies = (await kafka.readCommitted(output))
        .map(({ value }) => Number(value))
        .sort((left, right) => left - right);
      expect(copies).toEqual([...Array.from({ length: published }).keys()]);
      await service.answers(200, 60_000);
    },
    180_000,
  );
});
