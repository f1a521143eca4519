import {
  Controller,
  Injectable,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { IsInt } from 'class-validator';
import { PostgresDatabase, PostgresModule } from '../../src/connections/postgres/index.js';
import { Idempotent } from '../../src/idempotency/index.js';
import { Batch, BatchContext, ConsumerGroup, type BatchAnswer } from '../../src/kafka/index.js';
import { PermanentError } from '../../src/record/index.js';
import { freshDatabase, type FreshDatabase } from '../support/fresh-database.js';
import { headerOf, TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('batched');
const group = uniqueName('batched-group');
const other = uniqueName('guarded');
const otherGroup = uniqueName('guarded-group');
const deadLetters = `${topic}.${group}.dlq`;

class Entry {
  @IsInt()
  id: number;
}

interface Call {
  readonly partition: number;
  readonly offsets: readonly number[];
  readonly areEntries: boolean;
}

const calls: Call[] = [];

@Controller()
@ConsumerGroup('batched', { groupId: group, concurrency: 2 })
class BatchedController {
  constructor(private readonly database: PostgresDatabase) {}

  @EventPattern([topic])
  @Idempotent({ store: 'postgres' })
  @Batch({ maxRecords: 50, maxWait: '100ms', of: Entry })
  async handle(@Payload() entries: Entry[], @Ctx() context: BatchContext): Promise<BatchAnswer> {
    calls.push({
      partition: context.getPartition(),
      offsets: context.records.map(({ record }) => record.offset),
      areEntries: entries.every((entry) => entry instanceof Entry),
    });
    const failed = [...entries.entries()]
      .filter(([, { id }]) => id % 100 === 7)
      .map(([index]) => ({ index, error: new PermanentError('not this one') }));
    const stored = entries.map(({ id }) => id).filter((id) => id % 100 !== 7);
    // The table refuses some of them, and with them the whole statement.
    await this.database.query('INSERT INTO effects SELECT unnest($1::int[])', [stored]);
    return { failed };
  }
}

@Injectable()
class CountingInterceptor implements NestInterceptor {
  static readonly seen: unknown[] = [];

  intercept(context: ExecutionContext, next: CallHandler) {
    const data: unknown = context.switchToRpc().getData();
    CountingInterceptor.seen.push(data);
    return next.handle();
  }
}

const attempts = new Map<number, number>();

@Controller()
@ConsumerGroup('guarded', { groupId: otherGroup })
class GuardedController {
  @EventPattern([other])
  @Batch({ maxRecords: 4, maxWait: '200ms' })
  @UseInterceptors(CountingInterceptor)
  handle(@Payload() numbers: number[]): void {
    for (const number of numbers) attempts.set(number, (attempts.get(number) ?? 0) + 1);
    if (numbers.includes(3)) throw new Error('this one always fails');
  }
}

const events = (count: number) =>
  Array.from({ length: count }, (_, id) => ({
    partition: id % 2,
    value: JSON.stringify({ id }),
    headers: { 'event-id': `event-${id}` },
  }));

describe('a handler that takes batches, with its claims in its own transaction', () => {
  const count = 600;
  let kafka: TestKafka;
  let service: TestService;
  let database: FreshDatabase;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    database = await freshDatabase();
    await database.query('CREATE TABLE effects (id int NOT NULL CHECK (id % 100 <> 13))');
    for (const name of [topic, deadLetters]) await kafka.createTopic(name, 2);
    const records = events(count);
    records[40] = { ...records[40]!, value: '{"id":' };
    records[41] = { ...records[41]!, value: '{"id":"text"}' };
    // The same messages again, in the same batches and in later ones.
    await kafka.publish(topic, [...records, ...records.slice(100, 300)]);
    service = await startTestService({
      consumers: [
        consumerOf('batched', [BatchedController], [], [PostgresModule.forConsumer('batched', [])]),
      ],
      environment: {
        DATABASE_URL: database.url,
        BATCHED_RETRY_BACKOFF: '10ms',
        BATCHED_MAX_RETRIES: '1',
      },
    });
    await kafka.allCommitted(group, topic);
  }, 90_000);

  afterAll(async () => {
    await service.stop();
    await kafka.close();
    await database.drop();
  });

  it('is given at most as many as it asks for, validated, in the order of offsets', () => {
    expect(calls.every(({ areEntries }) => areEntries)).toBe(true);
    expect(Math.max(...calls.map(({ offsets }) => offsets.length))).toBe(50);
    for (const { offsets } of calls) {
      expect(offsets).toEqual([...offsets].sort((left, right) => left - right));
    }
  });

  it('does each message once, and none that is bad', async () => {
    const rows = await database.query<{ id: number }>('SELECT id FROM effects ORDER BY id');
    const good = Array.from({ length: count }, (_, id) => id).filter(
      (id) => id % 100 !== 7 && id % 100 !== 13 && id !== 40 && id !== 41,
    );
    expect(rows.map(({ id }) => id)).toEqual(good);
  });

  it('has the bad ones dead-lettered alone, each for its own reason', async () => {
    const letters = await kafka.read(deadLetters);
    const found = letters.map((letter) => [
      Number(headerOf(letter, 'x-dlq-original-offset')) * 2 + letter.partition,
      headerOf(letter, 'x-dlq-reason'),
    ]);
    const inFirst = [0, 1, 2, 3, 4, 5];
    // What was published again stands behind all of the first ones.
    const again = [1, 2].map((hundred) => count + (hundred - 1) * 100);
    const expected = [
      [40, 'deserialization'],
      [41, 'validation'],
      ...[...inFirst.map((hundred) => hundred * 100), ...again].flatMap((from) => [
        [from + 7, 'non-retryable'],
        [from + 13, 'exhausted'],
      ]),
    ];
    const byPlace = (left: unknown[], right: unknown[]) => Number(left[0]) - Number(right[0]);
    expect(found.sort(byPlace)).toEqual(expected.sort(byPlace));
  });

  it('has committed exactly what there is', async () => {
    expect(await kafka.committed(group, topic)).toEqual(await kafka.ends(topic));
  });
});

describe('a handler that takes batches and is not atomic', () => {
  it('is called through what is bound around it once for each batch, and its bad ones are found one by one', async () => {
    const kafka = await TestKafka.connect();
    for (const name of [other, `${other}.${otherGroup}.dlq`]) await kafka.createTopic(name, 1);
    await kafka.publish(
      other,
      [1, 2, 3, 4].map((number) => ({ value: String(number) })),
    );
    const service = await startTestService({
      consumers: [consumerOf('guarded', [GuardedController])],
      environment: { GUARDED_RETRY_BACKOFF: '10ms', GUARDED_MAX_RETRIES: '1' },
    });
    try {
      await kafka.allCommitted(otherGroup, other);
      const letters = await kafka.read(`${other}.${otherGroup}.dlq`);
      expect(letters.map(({ value }) => value!.toString())).toEqual(['3']);
      const whole = [1, 2, 3, 4];
      expect(CountingInterceptor.seen).toEqual([whole, whole, [1], [2], [3], [4]]);
    } finally {
      await service.stop();
      await kafka.close();
    }
  });
});
