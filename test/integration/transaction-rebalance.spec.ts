import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { ConsumerGroup, type RecordContext } from '../../src/kafka/index.js';
import type { OutgoingRecord } from '../../src/record/index.js';
import { Transactional } from '../../src/transactions/index.js';
import { eventually } from '../support/eventually.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const input = uniqueName('moving');
const output = uniqueName('moving-out');
const group = uniqueName('moving-group');
const PARTITIONS = 4;
const KEYS = 20;

const handledBy = new Map<string, Set<string>>();

/** A member of the group that copies records: key, its number, and the partition it was read from. */
function memberOf(name: string) {
  @Controller()
  @ConsumerGroup('moving', { groupId: group })
  class MovingController {
    @EventPattern([input])
    @Transactional({ maxRecords: 20, maxWaitMs: 20 })
    async handle(
      @Payload() { number }: { number: number },
      @Ctx() { record }: RecordContext,
    ): Promise<OutgoingRecord> {
      const partitions = handledBy.get(name) ?? new Set();
      handledBy.set(name, partitions.add(String(record.partition)));
      await new Promise((resolve) => setTimeout(resolve, 5));
      const { key, partition } = record;
      const value = Buffer.from(String(number));
      return { topic: output, partition, key, value, headers: [], timestamp: Date.now() };
    }
  }
  return MovingController;
}

describe('transactional partitions that move between members', () => {
  let kafka: TestKafka;
  const services: TestService[] = [];
  let published = 0;

  const join = async (name: string): Promise<TestService> => {
    const service = await startTestService({ consumers: [consumerOf('moving', [memberOf(name)])] });
    services.push(service);
    await service.answers(200);
    return service;
  };

  const publish = async (rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) {
      const number = published;
      published += 1;
      await kafka.publish(
        input,
        Array.from({ length: KEYS }, (_, key) => ({
          key: String(key),
          partition: key % PARTITIONS,
          value: JSON.stringify({ number }),
        })),
      );
    }
  };

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(input, PARTITIONS);
    await kafka.createTopic(output, PARTITIONS);
    await kafka.createTopic(`${input}.${group}.dlq`, PARTITIONS);
  });

  afterAll(async () => {
    for (const service of services) await service.stop();
    await kafka.close();
  });

  it('lose nothing, repeat nothing, and keep the order of every key', async () => {
    const first = await join('first');
    await publish(20);
    const publishing = publish(100);
    const second = await join('second');
    await eventually(() => (handledBy.get('second')?.size ?? 0) === 2, 'half of them have moved');
    await publishing;
    const more = publish(60);
    await first.stop();
    await more;
    await kafka.allCommitted(group, input);
    const copies = await kafka.readCommitted(output);
    for (let key = 0; key < KEYS; key += 1) {
      const numbers = copies
        .filter((copy) => String(copy.key) === String(key))
        .map(({ value }) => Number(value));
      expect(numbers).toEqual([...Array.from({ length: published }).keys()]);
    }
    await second.stop();
  });
});
