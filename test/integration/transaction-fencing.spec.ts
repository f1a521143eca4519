import { jest } from '@jest/globals';
import { Controller, Logger } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { ConsumerGroup, TransactionalProducer } from '../../src/kafka/index.js';
import { ConsumerGroups } from '../../src/kafka/index.js';
import { loadSettings } from '../../src/config/index.js';
import type { OutgoingRecord } from '../../src/record/index.js';
import { Transactional } from '../../src/transactions/index.js';
import { eventually } from '../support/eventually.js';
import { sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const input = uniqueName('fenced');
const output = uniqueName('fenced-out');
const group = uniqueName('fenced-group');

const copyOf = (id: number): OutgoingRecord => {
  const value = Buffer.from(String(id));
  return { topic: output, key: value, value, headers: [], timestamp: Date.now() };
};

@Controller()
@ConsumerGroup('fenced', { groupId: group })
class FencedController {
  @EventPattern([input])
  @Transactional({ maxWaitMs: 50 })
  handle({ id }: { id: number }): OutgoingRecord {
    return copyOf(id);
  }
}

describe('an owner whose partition another one has taken over', () => {
  let kafka: TestKafka;
  let service: TestService;
  const { settings } = loadSettings({ KAFKA_BROKERS: sharedBroker() }, []);
  const producers: TransactionalProducer[] = [];
  const warn = jest.spyOn(Logger.prototype, 'warn');

  const newOwner = (): TransactionalProducer => {
    const transactionalId = `${group}:${input}:0`;
    const owner = new TransactionalProducer(settings.kafka, { transactionalId, timeoutMs: 15_000 });
    producers.push(owner);
    return owner;
  };

  const publish = (from: number, count: number): Promise<void> =>
    kafka.publish(
      input,
      Array.from({ length: count }, (_, index) => ({
        value: JSON.stringify({ id: from + index }),
      })),
    );

  const produced = async (): Promise<number[]> =>
    (await kafka.readCommitted(output))
      .map(({ value }) => Number(value))
      .sort((left, right) => left - right);

  const counts = () => service.application.get(ConsumerGroups).activities()[0]!.transactions!;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    for (const topic of [input, output, `${input}.${group}.dlq`]) await kafka.createTopic(topic, 1);
    service = await startTestService({ consumers: [consumerOf('fenced', [FencedController])] });
    await service.answers(200);
    await publish(0, 10);
    await kafka.allCommitted(group, input);
  });

  afterAll(async () => {
    await service.stop();
    for (const producer of producers) await producer.close();
    await kafka.close();
  });

  it('has its transaction refused, says so with the broker’s error, and handles its records once all the same', async () => {
    await newOwner().init();
    await publish(10, 10);
    await kafka.allCommitted(group, input);
    expect(await produced()).toEqual(Array.from({ length: 20 }, (_, id) => id));
    expect(counts()).toMatchObject({ fenced: 1, aborted: 1 });
    expect(warn.mock.calls.map(([line]) => String(line))).toContain(
      `the transaction of ${input}-0 is refused, another producer has taken over: INVALID_PRODUCER_EPOCH (47)`,
    );
  });

  it('goes on behind what the other one has committed', async () => {
    const owner = newOwner();
    await owner.init();
    await owner.begin();
    await owner.send([copyOf(20), copyOf(21)]);
    const [next] = [...(await kafka.ends(input)).values()];
    await publish(20, 4);
    await owner.sendOffsets(group, [{ topic: input, partition: 0, nextOffset: next! + 2 }]);
    await owner.commit();
    await kafka.allCommitted(group, input);
    expect(await produced()).toEqual(Array.from({ length: 24 }, (_, id) => id));
  });

  it('cannot end what it had open: the new owner has aborted it, and readers pass it', async () => {
    const stopped = newOwner();
    await stopped.init();
    await stopped.begin();
    await stopped.send([copyOf(1_000)]);
    await newOwner().init();
    await expect(stopped.commit()).rejects.toMatchObject({ type: 'INVALID_PRODUCER_EPOCH' });
    await publish(24, 1);
    await kafka.allCommitted(group, input);
    await eventually(async () => (await produced()).length === 25, 'readers pass what was open');
    expect(await produced()).toEqual(Array.from({ length: 25 }, (_, id) => id));
  });
});
