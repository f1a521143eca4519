import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { deliveryOf } from '../../test/support/deliveries.js';
import type { OutgoingRecord, RecordPublisher } from '../kafka/index.js';
import type { RecordObserver } from '../observability/index.js';
import {
  DeliveryAbandoned,
  DONE,
  PermanentError,
  type Outcome,
  type Wait,
} from '../record/index.js';
import { Breakers } from './breaker/index.js';
import { DeadLetterInterceptor } from './dead-letter.interceptor.js';
import { FailureRouter } from './failure-router.js';
import type { FailureSettings } from './failure-settings.js';
import { RetryInterceptor } from './retry.interceptor.js';
import { SteadyPublisher } from './steady-publisher.js';

const settings = {
  retryOf: () => ({ maxRetries: 1, initialMs: 100, multiplier: 2, maxMs: 1_000 }),
  rulesOf: () => ({}),
  breakerOf: () => 3,
  redriveLimitOf: () => 3,
  retryDelaysOf: () => [],
  deadLetterTopicOf: () => 't.dlq',
} as unknown as FailureSettings;

function setUp() {
  const deadLetters: OutgoingRecord[] = [];
  const events: string[] = [];
  const waits: Wait['why'][] = [];
  const publisher = {
    publish: (record: OutgoingRecord) => Promise.resolve(void deadLetters.push(record)),
  } as unknown as RecordPublisher;
  const observer = {
    attemptFailed: (_delivery: unknown, _error: unknown, action: string) => events.push(action),
    breakerOpened: (_handler: unknown, errorClass: string) => events.push(`opened ${errorClass}`),
    breakerClosed: () => events.push('closed'),
  } as unknown as RecordObserver;
  const breakers = new Breakers(settings, observer);
  const router = new FailureRouter(
    settings,
    new SteadyPublisher(publisher, observer),
    observer,
    breakers,
  );
  const { handler } = deliveryOf();
  const deadLetter = new DeadLetterInterceptor(router).stepFor();
  const retry = new RetryInterceptor(router).stepFor(handler);
  /** Time passes in waits alone. */
  const suspend = (until: number, wait: Wait): Promise<void> => {
    waits.push(wait.why);
    jest.setSystemTime(Math.max(Date.now(), until));
    return Promise.resolve();
  };
  const run = (
    offset: number,
    handle: () => Promise<Outcome>,
    wait: typeof suspend = suspend,
  ): Promise<Outcome> => {
    const record = { offset, key: Buffer.from(`key ${offset}`) };
    const delivery = deliveryOf({ record, suspend: wait });
    return deadLetter(delivery, () => retry(delivery, handle));
  };
  return { brake: breakers.of(handler)!, deadLetters, events, run, waits };
}

const fail = (): Promise<Outcome> => Promise.reject(new Error('down'));

/** Fails so often, then succeeds. */
function failing(times: number): () => Promise<Outcome> {
  let left = times;
  return () => {
    left -= 1;
    return left < 0 ? Promise.resolve(DONE) : fail();
  };
}

describe('an outage of what a handler needs', () => {
  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => void jest.useFakeTimers({ now: 0 }));
  afterEach(() => void jest.useRealTimers());

  it('gives up at most the records before the trip, holds that one, and ends with its success', async () => {
    const { brake, deadLetters, events, run, waits } = setUp();
    await run(1, fail);
    await run(2, fail);
    expect(await run(3, failing(6))).toBe(DONE);
    expect(deadLetters).toHaveLength(2);
    expect(waits.filter((why) => why === 'breaker')).toHaveLength(5);
    expect(events.filter((event) => /opened|closed/.test(event))).toEqual([
      'opened Error',
      'closed',
    ]);
    expect(brake.status()).toBeUndefined();
  });

  it('holds back new records, and says since when, why, and until when', async () => {
    const { brake, run } = setUp();
    await run(1, fail);
    await run(2, fail);
    let seen: unknown;
    await run(3, failing(2), (until, { why }) => {
      if (why === 'breaker') seen = [brake.admits(), brake.status()];
      jest.setSystemTime(until);
      return Promise.resolve();
    });
    expect(seen).toEqual([
      false,
      {
        handler: 'SpecController.handle',
        openSince: expect.any(String),
        lastError: 'Error',
        heldRecords: 1,
        failedProbes: 0,
        nextProbe: expect.any(String),
      },
    ]);
    expect(brake.admits()).toBe(true);
  });

  it('is not what records are that cannot pass', async () => {
    const { brake, deadLetters, run } = setUp();
    for (let offset = 0; offset < 20; offset += 1) {
      await run(offset, () => Promise.reject(new PermanentError('no')));
    }
    expect(deadLetters).toHaveLength(20);
    expect(brake.status()).toBeUndefined();
  });

  it('is not what failures are with successes between them', async () => {
    const { deadLetters, run } = setUp();
    for (let offset = 0; offset < 20; offset += 1) {
      await run(offset, offset % 2 === 0 ? fail : () => Promise.resolve(DONE));
    }
    expect(deadLetters).toHaveLength(10);
  });

  it('is over for a held record that turns out to be one that cannot pass', async () => {
    const { brake, deadLetters, run } = setUp();
    await run(1, fail);
    await run(2, fail);
    let tries = 0;
    const outcome = await run(3, () => {
      tries += 1;
      return tries <= 2 ? fail() : Promise.reject(new PermanentError('no'));
    });
    expect(outcome).toMatchObject({ kind: 'dead-lettered', reason: 'non-retryable' });
    expect(deadLetters).toHaveLength(3);
    expect(brake.admits()).toBe(true);
  });

  it('is forgotten with the held records when their partitions are lost', async () => {
    const { brake, run } = setUp();
    let releases = 0;
    brake.onRelease(() => (releases += 1));
    await run(1, fail);
    await run(2, fail);
    const lost = run(3, fail, (until, { why }) => {
      jest.setSystemTime(until);
      return why === 'breaker' ? Promise.reject(new DeliveryAbandoned('lost')) : Promise.resolve();
    });
    await expect(lost).rejects.toThrow(DeliveryAbandoned);
    expect([brake.admits(), releases]).toEqual([true, 1]);
  });

  it('gives a held record all its attempts again when it is over', async () => {
    const { deadLetters, run } = setUp();
    await run(1, fail);
    await run(2, fail);
    const suspended: (() => void)[] = [];
    const held = run(3, failing(3), (until, { why }) => {
      jest.setSystemTime(until);
      if (why !== 'breaker') return Promise.resolve();
      return new Promise((resolve) => suspended.push(resolve));
    });
    for (let turn = 0; turn < 50 && suspended.length === 0; turn += 1) await Promise.resolve();
    expect(await run(4, () => Promise.resolve(DONE))).toBe(DONE);
    suspended[0]!();
    expect(await held).toBe(DONE);
    expect(deadLetters).toHaveLength(2);
  });
});
