import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { ConsumerGroup } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('growing');
const group = uniqueName('growing-group');
const handled = new Map<number, number>();

@Controller()
@ConsumerGroup('growing', { groupId: group })
class GrowingController {
  @EventPattern([topic])
  async handle({ number }: { number: number }): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 5));
    handled.set(number, (handled.get(number) ?? 0) + 1);
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
    expect(handled.size).toBe(published);
    expect([...handled].filter(([, times]) => times > 1)).toEqual([]);
  });
});
