import { Logger } from '@nestjs/common';
import { deliveryOf } from '../../test/support/deliveries.js';
import type { OutgoingRecord, RecordPublisher } from '../kafka/index.js';
import type { RecordObserver } from '../observability/index.js';
import { DONE, RetriableError, type RetryPath, type Turn } from '../record/index.js';
import { Breakers } from './breaker/index.js';
import { FailureRouter } from './failure-router.js';
import type { FailureSettings } from './failure-settings.js';
import { RetryInterceptor } from './retry.interceptor.js';
import { SteadyPublisher } from './steady-publisher.js';

const NOW: Turn = { kind: 'now' };
const fail = () => Promise.reject(new RetriableError('not now'));

function setUp({ breaker = 0 } = {}) {
  const published: OutgoingRecord[] = [];
  const moved: string[] = [];
  const settings = {
    retryOf: () => ({ maxRetries: 0, initialMs: 1, multiplier: 1, maxMs: 1 }),
    rulesOf: () => ({}),
    breakerOf: () => breaker,
    retryDelaysOf: () => [10_000, 60_000],
    retryOrderOf: () => 'block',
  } as unknown as FailureSettings;
  const publisher = {
    publish: (record: OutgoingRecord) => {
      published.push(record);
      return Promise.resolve({ partition: 0, offset: 70 + published.length });
    },
  } as unknown as RecordPublisher;
  const observer = {
    attemptFailed: () => undefined,
    breakerOpened: () => undefined,
    breakerClosed: () => undefined,
  } as unknown as RecordObserver;
  const router = new FailureRouter(
    settings,
    new SteadyPublisher(publisher, observer),
    observer,
    new Breakers(settings, observer),
  );
  const deliveryAt = (level: number, turn = NOW, key: Buffer | null = null) => {
    const retryPath: RetryPath = {
      level,
      wasTried: level > 0,
      delaysUsed: level,
      turn: () => turn,
      movedTo: (to, offset) => moved.push(`${to}@${offset}`),
    };
    const suspend = () => new Promise<void>(() => undefined);
    return Object.assign(deliveryOf({ record: { key }, suspend }), { retryPath });
  };
  const run = (delivery: ReturnType<typeof deliveryAt>, attempt = fail) =>
    new RetryInterceptor(router).stepFor(delivery.handler)(delivery, attempt);
  return { deliveryAt, moved, published, router, run };
}

describe('a record whose retries in place are used up', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it('is settled once its next level has it, and tells its key’s place there', async () => {
    const { deliveryAt, moved, published, run } = setUp();
    const topic = 'orders.storage_loader.retry.1';
    expect(await run(deliveryAt(0))).toEqual({ kind: 'retried', topic });
    expect(published).toMatchObject([{ topic, partition: 0, keepsPartition: true }]);
    expect(moved).toEqual(['1@71']);
  });

  it('goes on from level to level, and past the last it is thrown on', async () => {
    const { deliveryAt, published, run } = setUp();
    await run(deliveryAt(1));
    await expect(run(deliveryAt(2))).rejects.toThrow('not now');
    expect(published.map(({ topic }) => topic)).toEqual(['orders.storage_loader.retry.2']);
  });

  it('is held and not moved on once the breaker opens, on whatever level it is', async () => {
    const { deliveryAt, published, run } = setUp({ breaker: 2 });
    await run(deliveryAt(0, NOW, Buffer.from('a')));
    void run(deliveryAt(0, NOW, Buffer.from('b')));
    void run(deliveryAt(1, NOW, Buffer.from('c')));
    await new Promise((resolve) => setImmediate(resolve));
    expect(published).toHaveLength(1);
  });

  it('says nothing of an outage once it succeeds', async () => {
    const { deliveryAt, run } = setUp({ breaker: 2 });
    await run(deliveryAt(0, NOW, Buffer.from('a')));
    await run(deliveryAt(1, NOW, Buffer.from('a')), () => Promise.resolve(DONE) as never);
    expect((await run(deliveryAt(0, NOW, Buffer.from('b')))).kind).toBe('retried');
  });
});

describe('a record whose key waits on a level above', () => {
  it('goes behind it there, due at once and with its attempts as they were', async () => {
    const { deliveryAt, published, router } = setUp();
    const before = Date.now();
    const outcome = await router.stepAside(deliveryAt(0, { kind: 'behind', level: 2 }));
    expect(outcome).toMatchObject({ kind: 'retried', topic: 'orders.storage_loader.retry.2' });
    const told = new Map(published[0]!.headers.map(([name, value]) => [name, String(value)]));
    expect(told.get('x-retry-attempt')).toBe('1');
    expect(told.get('x-retry-delays-used')).toBe('0');
    expect(Number(told.get('x-retry-not-before'))).toBeLessThanOrEqual(Date.now());
    expect(Number(told.get('x-retry-not-before'))).toBeGreaterThanOrEqual(before);
    expect(told.has('x-retry-first-failed-at')).toBe(false);
  });

  it('is settled without another publication when it stands there itself', async () => {
    const { deliveryAt, published, router } = setUp();
    const outcome = await router.stepAside(deliveryAt(0, { kind: 'gone', level: 1 }));
    expect(outcome).toMatchObject({ kind: 'retried', topic: 'orders.storage_loader.retry.1' });
    expect(published).toEqual([]);
  });

  it('is tried when none does', () => {
    const { deliveryAt, router } = setUp();
    expect(router.stepAside(deliveryAt(0))).toBeUndefined();
  });
});
