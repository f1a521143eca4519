import { Controller } from '@nestjs/common';
import { Ctx, EventPattern } from '@nestjs/microservices';
import { ConsumerGroup, RecordContext } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('recreated');
const group = uniqueName('recreated-group');
const handled = new Map<string, number>();

@Controller()
@ConsumerGroup('recreated', { groupId: group })
class RecreatedController {
  @EventPattern([topic])
  handle(@Ctx() { record }: RecordContext): void {
    const value = String(record.value);
    handled.set(value, (handled.get(value) ?? 0) + 1);
  }
}

describe('a topic that is deleted and created again while it is consumed', () => {
  let kafka: TestKafka;
  let service: TestService;

  const publish = (log: string, count: number): Promise<void> =>
    kafka.publish(
      topic,
      Array.from({ length: count }, (_, at) => ({
        value: JSON.stringify({ log, at }),
        partition: at % 2,
      })),
    );

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, 2);
    await kafka.createTopic(`${topic}.${group}.dlq`, 2);
    service = await startTestService({
      consumers: [consumerOf('recreated', [RecreatedController])],
    });
    await service.answers(200);
    await publish('old', 20);
    await kafka.allCommitted(group, topic);
  });

  afterAll(async () => {
    await service.stop();
    await kafka.close();
  });

  it('is read from its beginning, also past the offsets of the one before it', async () => {
    await kafka.deleteTopic(topic);
    await kafka.createTopic(topic, 2);
    await publish('new', 60);
    await eventually(() => handled.size === 80, 'all of the new log are handled');
    await kafka.allCommitted(group, topic);
    // What was read at an old position before the topic was known to be another one comes twice.
    expect(Math.max(...handled.values())).toBeLessThanOrEqual(2);
  });
});
