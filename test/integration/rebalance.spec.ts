import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { ConsumerGroup, RecordContext } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('rebalance');
const group = uniqueName('rebalance-group');
const PARTITIONS = 6;

const handled = new Map<number, number>();
const order = new Map<string, number[]>();
const busyKeys = new Set<string>();
const overlaps: string[] = [];

@Controller()
@ConsumerGroup('rebalanced', { groupId: group, concurrency: 32 })
class RebalancedController {
  @EventPattern([topic])
  async handle(
    @Payload() { number }: { number: number },
    @Ctx() context: RecordContext,
  ): Promise<void> {
    const key = context.record.key!.toString();
    if (busyKeys.has(key)) overlaps.push(key);
    busyKeys.add(key);
    await new Promise((resolve) => setTimeout(resolve, 20));
    busyKeys.delete(key);
    handled.set(number, (handled.get(number) ?? 0) + 1);
    order.set(key, [...(order.get(key) ?? []), number]);
  }
}

describe('members that join and leave under load', () => {
  let kafka: TestKafka;
  let published = 0;
  let isPublishing = true;
  let publishing: Promise<void>;
  const services: TestService[] = [];

  const start = async (): Promise<TestService> => {
    const service = await startTestService({
      consumers: [consumerOf('rebalanced', [RebalancedController])],
    });
    services.push(service);
    return service;
  };
  const partitionsOf = async (service: TestService): Promise<number> => {
    const { assignment } = await service.consumer('rebalanced');
    return assignment[topic]?.length ?? 0;
  };

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, PARTITIONS);
    await kafka.createTopic(`${topic}.${group}.dlq`, PARTITIONS);
    publishing = (async () => {
      while (isPublishing) {
        const records = Array.from({ length: 20 }, () => {
          const number = published;
          published += 1;
          return { key: `key-${number % 60}`, value: JSON.stringify({ number }) };
        });
        await kafka.publish(topic, records);
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    })();
  });

  afterAll(async () => {
    isPublishing = false;
    await publishing;
    await Promise.all(services.map((service) => service.stop()));
    await kafka.close();
  });

  it('share the partitions when a second one joins', async () => {
    const first = await start();
    await first.answers(200);
    await eventually(() => handled.size > 100, 'the first member works');
    const second = await start();
    await eventually(
      async () => (await partitionsOf(first)) === 3 && (await partitionsOf(second)) === 3,
      'both have three partitions',
    );
  });

  it('take over when one leaves', async () => {
    const [first, second] = services;
    const before = handled.size;
    await eventually(() => handled.size > before + 100, 'both work');
    expect(await second!.stop()).toBe(true);
    await eventually(async () => (await partitionsOf(first!)) === PARTITIONS, 'one has all again');
  });

  it('have handled every record exactly once, in the order of its key, never two of a key at once', async () => {
    isPublishing = false;
    await publishing;
    await kafka.allCommitted(group, topic);
    expect(handled.size).toBe(published);
    expect([...handled].filter(([, times]) => times > 1)).toEqual([]);
    for (const numbers of order.values()) {
      expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
    }
    expect(overlaps).toEqual([]);
  });
});
