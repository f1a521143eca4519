import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { ConsumerGroup, RecordContext } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('growing');
const group = uniqueName('growing-group');
const numbers = new Set<number>();
/** By place: a producer that repeats a request on a busy machine writes a number twice. */
const handled = new Map<string, number>();

@Controller()
@ConsumerGroup('growing', { groupId: group })
class GrowingController {
  @EventPattern([topic])
  async handle(
    @Payload() { number }: { number: number },
    @Ctx() { record }: RecordContext,
  ): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 5));
    numbers.add(number);
    const place = `${record.partition}-${record.offset}`;
    handled.set(place, (handled.get(place) ?? 0) + 1);
  }
}

describe('partitions that are added under load', () => {
  let kafka: TestKafka;
  let service: TestService;
  let published = 0;

  const publish = async (partitions: number): Promise<void> => {
    const records = Array.from({ length: 60 }, () => {
      published += 1;
      return { value: JSON.stringify({ number: published }), partition: published % partitions };
    });
    await kafka.publish(topic, records);
  };

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, 2);
    await kafka.createTopic(`${topic}.${group}.dlq`, 2);
    service = await startTestService({ consumers: [consumerOf('growing', [GrowingController])] });
    await service.answers(200);
  });

  afterAll(async () => {
    await service.stop();
    await kafka.close();
  });

  it('are consumed from their beginning, and nothing of the others comes twice', async () => {
    await publish(2);
    await kafka.addPartitions(topic, 5);
    await eventually(async () => {
      await publish(5);
      return (await service.consumer('growing')).assignment[topic]?.length === 5;
    }, 'the new partitions are assigned');
    await publish(5);
    await kafka.allCommitted(group, topic);
    expect(numbers.size).toBe(published);
    expect([...handled].filter(([, times]) => times > 1)).toEqual([]);
  });
});
