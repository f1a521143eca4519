import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { ConsumerGroup, RecordContext } from '../../src/kafka/index.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('ordered');
const group = uniqueName('ordering-group');
const COUNT = 600;
const PARTITIONS = 3;

interface Handling {
  readonly partition: number;
  readonly number: number;
  readonly others: number;
}

const handlings = { partition: [] as Handling[], none: [] as Handling[] };
const running = { partition: new Map<number, number>(), none: new Map<number, number>() };

async function handle(ordering: 'partition' | 'none', number: number, partition: number) {
  const others = running[ordering].get(partition) ?? 0;
  running[ordering].set(partition, others + 1);
  handlings[ordering].push({ partition, number, others });
  await new Promise((resolve) => setTimeout(resolve, number % 5));
  running[ordering].set(partition, running[ordering].get(partition)! - 1);
}

@Controller()
@ConsumerGroup('by-partition', { groupId: `${group}-partition`, ordering: 'partition' })
class ByPartitionController {
  @EventPattern([topic])
  handle(@Payload() { number }: { number: number }, @Ctx() context: RecordContext): Promise<void> {
    return handle('partition', number, context.record.partition);
  }
}

@Controller()
@ConsumerGroup('unordered', { groupId: `${group}-none`, ordering: 'none' })
class UnorderedController {
  @EventPattern([topic])
  handle(@Payload() { number }: { number: number }, @Ctx() context: RecordContext): Promise<void> {
    return handle('none', number, context.record.partition);
  }
}

describe('ordering', () => {
  let kafka: TestKafka;
  let service: TestService;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, PARTITIONS);
    for (const kind of ['partition', 'none']) {
      await kafka.createTopic(`${topic}.${group}-${kind}.dlq`, PARTITIONS);
    }
    const records = Array.from({ length: COUNT }, (_, number) => ({
      key: number % 4 === 0 ? null : `key-${number % 40}`,
      value: JSON.stringify({ number }),
      partition: number % PARTITIONS,
    }));
    await kafka.publish(topic, records);
    service = await startTestService({
      consumers: [
        consumerOf('by-partition', [ByPartitionController]),
        consumerOf('unordered', [UnorderedController]),
      ],
    });
    await kafka.allCommitted(`${group}-partition`, topic);
    await kafka.allCommitted(`${group}-none`, topic);
  });

  afterAll(async () => {
    await service.stop();
    await kafka.close();
  });

  it('by partition handles one record of a partition at a time, in the order of offsets', () => {
    expect(handlings.partition).toHaveLength(COUNT);
    expect(handlings.partition.filter(({ others }) => others > 0)).toEqual([]);
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const numbers = handlings.partition
        .filter((handling) => handling.partition === partition)
        .map(({ number }) => number);
      expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
    }
  });

  it('none starts records in the order of offsets and waits for nobody', () => {
    expect(handlings.none).toHaveLength(COUNT);
    expect(Math.max(...handlings.none.map(({ others }) => others))).toBeGreaterThan(5);
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const numbers = handlings.none
        .filter((handling) => handling.partition === partition)
        .map(({ number }) => number);
      expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
    }
  });
});
