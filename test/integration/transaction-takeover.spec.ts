import { jest } from '@jest/globals';
import { Controller, Logger } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { loadSettings } from '../../src/config/index.js';
import { ConsumerGroup, TransactionalProducer } from '../../src/kafka/index.js';
import type { OutgoingRecord } from '../../src/record/index.js';
import { Transactional } from '../../src/transactions/index.js';
import { sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const input = uniqueName('taken-over');
const output = uniqueName('taken-over-out');
const group = uniqueName('taken-over-group');
const COUNT = 10;
const DONE_BEFORE = 4;

const copyOf = (id: number): OutgoingRecord => {
  const value = Buffer.from(String(id));
  return { topic: output, key: value, value, headers: [], timestamp: Date.now() };
};
const ids = (count: number): number[] => Array.from({ length: count }, (_, id) => id);

@Controller()
@ConsumerGroup('taken-over', { groupId: group })
class TakenOverController {
  @EventPattern([input])
  @Transactional()
  handle({ id }: { id: number }): OutgoingRecord {
    return copyOf(id);
  }
}

describe('a partition whose owner stands still in a transaction', () => {
  let kafka: TestKafka;
  let service: TestService;
  const { settings } = loadSettings({ KAFKA_BROKERS: sharedBroker() }, []);
  const transactionalId = `${group}:${input}:0`;
  const owner = new TransactionalProducer(settings.kafka, { transactionalId, timeoutMs: 60_000 });

  beforeAll(async () => {
    Logger.overrideLogger(false);
    kafka = await TestKafka.connect();
    for (const topic of [input, output, `${input}.${group}.dlq`]) await kafka.createTopic(topic, 1);
    await kafka.publish(
      input,
      ids(COUNT).map((id) => ({ value: JSON.stringify({ id }) })),
    );
    await owner.init();
    await owner.begin();
    await owner.send(ids(DONE_BEFORE).map(copyOf));
    const done = { topic: input, partition: 0, nextOffset: DONE_BEFORE };
    await owner.sendOffsets(group, [done]);
  });

  afterAll(async () => {
    await service.stop();
    await owner.close();
    await kafka.close();
  });

  it('is read from behind what that owner still commits in the last moment before it is fenced', async () => {
    const { prototype } = TransactionalProducer;
    const { init } = prototype;
    const fencing = jest.spyOn(prototype, 'init').mockImplementationOnce(async function (
      this: TransactionalProducer,
    ) {
      await owner.commit();
      return init.call(this);
    });
    service = await startTestService({
      consumers: [consumerOf('taken-over', [TakenOverController])],
    });
    await kafka.allCommitted(group, input);
    expect(fencing).toHaveBeenCalled();
    const produced = await kafka.readCommitted(output);
    expect(produced.map(({ value }) => Number(value))).toEqual(ids(COUNT));
  });
});
