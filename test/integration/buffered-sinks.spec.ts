import { Controller } from '@nestjs/common';
import { Ctx, EventPattern } from '@nestjs/microservices';
import {
  BufferedSink,
  ConsumerGroup,
  FlushBuffer,
  RecordContext,
  type BufferedPartition,
} from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const SIZE = 50;
const CONCURRENCY = 4;

interface Buffered {
  readonly place: string;
  readonly partition: number;
  readonly done: () => void;
}

/** What a sink of one test keeps: what was flushed, and how. */
class SinkLog {
  readonly topic = uniqueName('sink');
  readonly group = uniqueName('sink-group');
  readonly flushes: { why: string; size: number }[] = [];
  readonly durable: string[] = [];
  readonly told: BufferedPartition[] = [];
  buffered = 0;

  durableIn(partition: number): number {
    return this.durable.filter((place) => place.startsWith(`${partition}:`)).length;
  }

  async sizes(kafka: TestKafka, partition = 0): Promise<{ committed: number; durable: number }> {
    // Read in this order: what is committed by then was durable before.
    const committed = (await kafka.committed(this.group, this.topic)).get(partition) ?? 0;
    return { committed, durable: this.durableIn(partition) };
  }
}

/** A member whose handler buffers, and flushes by count, after `waitMs`, or when it is told. */
function startMember(log: SinkLog, waitMs: number): Promise<TestService> {
  let buffer: Buffered[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (why: string): void => {
    clearTimeout(timer);
    timer = undefined;
    if (buffer.length === 0) return;
    log.flushes.push({ why, size: buffer.length });
    log.buffered -= buffer.length;
    for (const { place, done } of buffer.splice(0)) {
      log.durable.push(place);
      done();
    }
  };

  @Controller()
  @ConsumerGroup('sink', { groupId: log.group, ordering: 'none', concurrency: CONCURRENCY })
  class SinkController {
    @EventPattern([log.topic])
    @BufferedSink({ maxRecords: SIZE, maxWait: '60s' })
    handle(_value: unknown, @Ctx() context: RecordContext): Promise<void> {
      const { partition, offset } = context.record;
      return new Promise((done) => {
        buffer.push({ place: `${partition}:${offset}`, partition, done });
        log.buffered += 1;
        if (buffer.length === SIZE) flush('count');
        else timer ??= setTimeout(() => flush('time'), waitMs);
      });
    }

    @FlushBuffer()
    flushNow(partitions: readonly BufferedPartition[]): void {
      log.told.push(...partitions);
      flush('told');
    }
  }
  buffer = [];
  return startTestService({
    consumers: [consumerOf('sink', [SinkController])],
    environment: { KAFKA_SESSION_TIMEOUT: '30s' },
  });
}

const LONG_MS = 55_000;

describe('a handler that buffers', () => {
  let kafka: TestKafka;
  const services: TestService[] = [];

  const logWith = async (partitions: number): Promise<SinkLog> => {
    const log = new SinkLog();
    for (const topic of [log.topic, `${log.topic}.${log.group}.dlq`])
      await kafka.createTopic(topic, partitions);
    return log;
  };
  const publish = (log: SinkLog, count: number, partition = 0): Promise<void> =>
    kafka.publish(
      log.topic,
      Array.from({ length: count }, (_, id) => ({ partition, value: JSON.stringify({ id }) })),
    );
  const start = async (log: SinkLog, waitMs = LONG_MS): Promise<TestService> => {
    const service = await startMember(log, waitMs);
    services.push(service);
    return service;
  };

  beforeAll(async () => {
    kafka = await TestKafka.connect();
  });
  afterAll(async () => {
    for (const service of services) await service.stop();
    await kafka.close();
  });

  it('gets more records than it has slots without an end of any, in the order of offsets', async () => {
    const log = await logWith(1);
    await publish(log, 2 * SIZE);
    await start(log);
    await kafka.allCommitted(log.group, log.topic);
    expect(log.flushes).toEqual([
      { why: 'count', size: SIZE },
      { why: 'count', size: SIZE },
    ]);
    expect(log.durable).toEqual(Array.from({ length: 2 * SIZE }, (_, offset) => `0:${offset}`));
  });

  it('has offsets committed that are never ahead of its flushes, and is told to flush at a stop', async () => {
    const log = await logWith(1);
    const service = await start(log);
    const ahead: unknown[] = [];
    for (let total = 15; total <= 120; total += 15) {
      await publish(log, 15);
      await eventually(() => log.buffered + log.durable.length === total, 'they are buffered');
      const seen = await log.sizes(kafka);
      if (seen.committed > seen.durable) ahead.push(seen);
    }
    expect(ahead).toEqual([]);
    expect(log.buffered).toBe(20);
    expect(await service.stop()).toBe(true);
    expect(log.flushes.at(-1)).toEqual({ why: 'told', size: 20 });
    expect(log.told).toContainEqual({ topic: log.topic, partition: 0 });
    expect(await log.sizes(kafka)).toEqual({ committed: 120, durable: 120 });
  });

  it('flushes by its own time', async () => {
    const log = await logWith(1);
    await publish(log, 3);
    await start(log, 300);
    await kafka.allCommitted(log.group, log.topic);
    expect(log.flushes.every(({ why }) => why === 'time')).toBe(true);
  });

  it('is told to flush before a partition moves, whose next owner gets none of it again', async () => {
    const log = await logWith(2);
    const first = await start(log);
    for (const partition of [0, 1]) await publish(log, 10, partition);
    await eventually(() => log.buffered === 20, 'all of them are buffered');
    await start(log);
    await eventually(async () => {
      const { assignment, drainingPartitions } = await first.consumer('sink');
      return assignment[log.topic]?.length === 1 && drainingPartitions.length === 0;
    }, 'one of two partitions has moved');
    const [kept] = (await first.consumer('sink')).assignment[log.topic]!;
    const moved = 1 - kept!;
    expect(log.told).toContainEqual({ topic: log.topic, partition: moved });
    expect(log.durableIn(moved)).toBe(10);
    await publish(log, SIZE, moved);
    await eventually(() => log.durableIn(moved) >= 10 + SIZE, 'the next owner has flushed');
    expect(new Set(log.durable).size).toBe(log.durable.length);
  });
});
