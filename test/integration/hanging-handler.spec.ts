import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { ConsumerGroup, RecordContext } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('hanging');
const group = uniqueName('hanging-group');
const PER_PARTITION = 3_000;
const PARTITIONS = 3;
const HUNG = 'partition-0-key-0';

const done = new Set<string>();
let release: () => void = () => undefined;
const released = new Promise<void>((resolve) => (release = resolve));

@Controller()
@ConsumerGroup('hanging', { groupId: group, concurrency: 16 })
class HangingController {
  @EventPattern([topic])
  async handle(@Payload() value: { id: string }, @Ctx() context: RecordContext): Promise<void> {
    if (context.record.key?.toString() === HUNG) await released;
    done.add(value.id);
  }
}

/** 100 keys a partition; the first record of the first partition has the key that hangs. */
function recordsOf(partition: number) {
  return Array.from({ length: PER_PARTITION }, (_, number) => ({
    partition,
    key: `partition-${partition}-key-${number % 100}`,
    value: JSON.stringify({ id: `${partition}-${number}` }),
  }));
}

describe('a handler that hangs for one key', () => {
  const behindTheHungOne = PER_PARTITION / 100;
  const total = PER_PARTITION * PARTITIONS;
  let kafka: TestKafka;
  let service: TestService;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, PARTITIONS);
    await kafka.createTopic(`${topic}.${group}.dlq`, PARTITIONS);
    service = await startTestService({ consumers: [consumerOf('hanging', [HangingController])] });
    await service.answers(200);
    await kafka.publish(topic, recordsOf(0).slice(0, 1));
    for (const partition of [1, 2]) await kafka.publish(topic, recordsOf(partition));
    await kafka.publish(topic, recordsOf(0).slice(1));
  }, 60_000);

  afterAll(async () => {
    release();
    await service.stop();
    await kafka.close();
  });

  it('delays no other key: all their records are done before it is released', async () => {
    await eventually(() => done.size === total - behindTheHungOne, 'every other key is done');
    const waiting = [...Array(behindTheHungOne).keys()].map((step) => `0-${step * 100}`);
    expect(waiting.filter((id) => done.has(id))).toEqual([]);
  });

  it('holds the commits of its partition and of no other', async () => {
    await eventually(async () => {
      const committed = await kafka.committed(group, topic);
      return committed.get(1) === PER_PARTITION && committed.get(2) === PER_PARTITION;
    }, 'the other partitions are committed');
    expect((await kafka.committed(group, topic)).get(0) ?? 0).toBe(0);
  });

  it('is named in health as the oldest record in flight', async () => {
    const { oldestInFlight } = await service.consumer('hanging');
    expect(oldestInFlight).toMatchObject({ topic, partition: 0, offset: 0, attempt: 1 });
  });

  it('lets everything be committed when it is released', async () => {
    release();
    await kafka.allCommitted(group, topic);
    expect(done.size).toBe(total);
  });
});
