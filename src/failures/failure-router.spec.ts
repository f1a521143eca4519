import { Logger } from '@nestjs/common';
import type { OutgoingRecord, RecordPublisher } from '../kafka/index.js';
import {
  DeliveryAbandoned,
  DependencyUnavailableError,
  DONE,
  HandlerTimeoutError,
  HeadBlockedError,
  PermanentError,
  type Delivery,
  type Outcome,
  type Wait,
} from '../record/index.js';
import { DeadLetterInterceptor } from './dead-letter.interceptor.js';
import { FailureRouter } from './failure-router.js';
import type { RecordObserver } from '../observability/index.js';
import { Breakers } from './breaker/index.js';
import type { FailureSettings } from './failure-settings.js';
import { RetryInterceptor } from './retry.interceptor.js';
import { SteadyPublisher } from './steady-publisher.js';

const RESET = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
const retry = { maxRetries: 2, initialMs: 100, multiplier: 2, maxMs: 1_000 };

class SpecController {
  handle(): void {
    // Carries no policies.
  }
}

function setUp(publish: (record: OutgoingRecord) => Promise<void> = () => Promise.resolve()) {
  const published: OutgoingRecord[] = [];
  const waits: Wait[] = [];
  const actions: string[] = [];
  const kinds: string[] = [];
  const refused = { count: 0 };
  const settings = {
    retryOf: () => retry,
    rulesOf: () => ({}),
    breakerOf: () => 0,
    redriveLimitOf: () => 3,
    retryDelaysOf: () => [],
    deadLetterTopicOf: () => 't.g.dlq',
  } as unknown as FailureSettings;
  const publisher = {
    publish: async (record: OutgoingRecord) => {
      await publish(record);
      published.push(record);
    },
  } as unknown as RecordPublisher;
  const observer = {
    attemptFailed: (_delivery: Delivery, _error: unknown, action: string, kind: string) =>
      actions.push(action) && kinds.push(kind),
    deadLetterRefused: () => (refused.count += 1),
  } as unknown as RecordObserver;
  const router = new FailureRouter(
    settings,
    new SteadyPublisher(publisher, observer),
    observer,
    new Breakers(settings, observer),
  );
  const delivery = {
    record: record(),
    origin: record(),
    handler: {
      consumer: 'c',
      groupId: 'g',
      topic: 't',
      handler: 'C.handle',
      controller: SpecController,
      method: SpecController.prototype.handle,
    },
    value: {},
    attempt: 1,
    failedAttempts: 0,
    firstFailedAt: undefined,
    suspend: (_until: number, wait: Wait) => {
      waits.push(wait);
      return Promise.resolve();
    },
  } as unknown as Delivery;
  const deadLetter = new DeadLetterInterceptor(router).stepFor();
  const retrying = new RetryInterceptor(router).stepFor(delivery.handler);
  const run = (handler: () => Promise<Outcome>): Promise<Outcome> =>
    deadLetter(delivery, () => retrying(delivery, handler));
  return { actions, delivery, kinds, published, refused, router, run, waits };
}

function record() {
  return {
    topic: 't',
    partition: 2,
    offset: 41,
    timestamp: 1_700_000_000_000,
    key: Buffer.from([0xff, 0x00]),
    value: Buffer.from('{"a": 1}'),
    headers: [
      ['x', Buffer.from('1')],
      ['x-dlq-reason', Buffer.from('forged')],
      ['x', null],
    ] as const,
  };
}

const headersOf = ({ headers }: OutgoingRecord) =>
  headers.map(([name, value]) => [name, value?.toString() ?? null]);

describe('the outlook of a failure', () => {
  it('says when the record would be given up, and counts nothing', async () => {
    const { router, delivery, run } = setUp();
    const seen: boolean[] = [];
    const failure = new Error('not yet');
    await run(() => {
      for (let look = 0; look < 5; look += 1) seen.push(router.outlook(delivery, failure).isLast);
      return Promise.reject(failure);
    });
    expect(seen).toEqual([false, true].flatMap((is) => Array<boolean>(is ? 5 : 10).fill(is)));
    expect(router.outlook(setUp().delivery, new PermanentError('never')).isLast).toBe(true);
  });

  it('tells what does not answer, and transactions that met, from what may be the record', () => {
    const { router, delivery } = setUp();
    const concerns = (error: unknown) => router.outlook(delivery, error).concerns;
    expect(concerns(new DependencyUnavailableError('db', 'away'))).toBe('dependency');
    for (const code of ['40001', '40P01']) {
      const met = Object.assign(new Error('met'), { code });
      expect(concerns(new Error('outer', { cause: met }))).toBe('transaction');
    }
    expect(concerns(RESET)).toBe('record');
    expect(concerns(new PermanentError('never'))).toBe('record');
  });

  it('has records that failed as one wait for the same time', () => {
    const { router, delivery } = setUp();
    const other = setUp().delivery;
    delivery.spread = other.spread = 0.3;
    expect(router.judge(delivery, RESET)).toEqual(router.judge(other, RESET));
  });
});

describe('the failure policies around a handler', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it('let success through untouched', async () => {
    const { run, published, waits } = setUp();
    expect(await run(() => Promise.resolve(DONE))).toBe(DONE);
    expect([published, waits]).toEqual([[], []]);
  });

  it('try again with the slot given back, and count the attempts', async () => {
    const { run, delivery, waits } = setUp();
    const attempts: number[] = [];
    const outcome = await run(() => {
      attempts.push(delivery.attempt);
      return attempts.length < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve(DONE);
    });
    expect(outcome).toBe(DONE);
    expect(attempts).toEqual([1, 2, 3]);
    expect(waits).toEqual([{ why: 'backoff' }, { why: 'backoff' }]);
  });

  it('dead-letter what never succeeds, once, byte for byte, with our headers replaced', async () => {
    const { run, published, actions, kinds } = setUp();
    const outcome = await run(() => Promise.reject(new Error('never')));
    expect(outcome).toEqual({ kind: 'dead-lettered', topic: 't.g.dlq', reason: 'exhausted' });
    expect(actions).toEqual(['retry', 'retry', 'dead-letter']);
    expect(kinds).toEqual(['unknown', 'unknown', 'unknown']);
    expect(published).toHaveLength(1);
    const [deadLetter] = published;
    expect(deadLetter).toMatchObject({
      topic: 't.g.dlq',
      partition: 2,
      key: record().key,
      value: record().value,
    });
    const headers = headersOf(deadLetter!);
    expect(headers.slice(0, 2)).toEqual([
      ['x', '1'],
      ['x', null],
    ]);
    expect(headers.filter(([name]) => name === 'x-dlq-reason')).toEqual([
      ['x-dlq-reason', 'exhausted'],
    ]);
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-dlq-attempts': '3',
      'x-dlq-original-topic': 't',
      'x-dlq-original-partition': '2',
      'x-dlq-original-offset': '41',
      'x-dlq-original-timestamp': '1700000000000',
      'x-dlq-consumer-group': 'g',
      'x-dlq-handler': 'C.handle',
      'x-dlq-error-message': 'never',
      'x-dlq-redrive-count': '0',
    });
  });

  it('dead-letter a permanent failure after its first attempt', async () => {
    const { run, published } = setUp();
    await run(() => Promise.reject(new PermanentError('no')));
    expect(Object.fromEntries(headersOf(published[0]!))).toMatchObject({
      'x-dlq-attempts': '1',
      'x-dlq-reason': 'non-retryable',
    });
  });

  it('dead-letter what fails past its deadline every time with reason timeout', async () => {
    const { run, published, actions } = setUp();
    const late = new HandlerTimeoutError('late', { cause: new PermanentError('gave up') });
    const outcome = await run(() => Promise.reject(late));
    expect(outcome).toEqual({ kind: 'dead-lettered', topic: 't.g.dlq', reason: 'timeout' });
    expect(actions).toEqual(['retry', 'retry', 'dead-letter']);
    expect(Object.fromEntries(headersOf(published[0]!))).toMatchObject({
      'x-dlq-reason': 'timeout',
    });
  });

  it('dead-letter with reason exhausted what failed past its deadline before and otherwise at last', async () => {
    const { run } = setUp();
    let tries = 0;
    const outcome = await run(() => {
      tries += 1;
      return Promise.reject(tries < 3 ? new HandlerTimeoutError('late') : new Error('other'));
    });
    expect(outcome).toMatchObject({ reason: 'exhausted' });
  });

  it('give a failure of another kind its own attempts, up to twice as many in all', async () => {
    const { run, delivery, waits } = setUp();
    let tries = 0;
    const outcome = await run(() => {
      tries += 1;
      return Promise.reject(
        tries % 2 === 0 ? new Error('even') : new RangeError('odd', { cause: RESET }),
      );
    });
    expect(outcome).toMatchObject({ kind: 'dead-lettered', reason: 'exhausted' });
    expect(delivery.failedAttempts).toBe(2 * (retry.maxRetries + 1));
    expect(waits).toHaveLength(2 * (retry.maxRetries + 1) - 1);
  });

  it('wait for a dependency that did not answer before the deadline', async () => {
    const { run, waits, delivery } = setUp();
    let tries = 0;
    const down = new DependencyUnavailableError('postgres', 'down');
    await run(() => {
      tries += 1;
      if (tries > 5) return Promise.resolve(DONE);
      return Promise.reject(new HandlerTimeoutError('late', { cause: down }));
    });
    expect(waits[0]).toEqual({ why: 'dependency', dependency: 'postgres', detail: 'down' });
    expect(delivery.failedAttempts).toBe(0);
  });

  it('dead-letter a record whose handler was given up at once, with reason head-blocked', async () => {
    const { run, actions } = setUp();
    const outcome = await run(() => Promise.reject(new HeadBlockedError('hung')));
    expect(outcome).toMatchObject({ kind: 'dead-lettered', reason: 'head-blocked' });
    expect(actions).toEqual(['dead-letter']);
  });

  it('wait for a dependency as often as it takes, without counting', async () => {
    const { run, delivery, waits, published } = setUp();
    let tries = 0;
    const outcome = await run(() => {
      tries += 1;
      if (tries > 20) return Promise.resolve(DONE);
      return Promise.reject(new DependencyUnavailableError('postgres', 'down'));
    });
    expect(outcome).toBe(DONE);
    expect(waits).toHaveLength(20);
    expect(waits[0]).toEqual({ why: 'dependency', dependency: 'postgres', detail: 'down' });
    expect([delivery.failedAttempts, published]).toEqual([0, []]);
  });

  it('keep the record pending until its dead letter is acknowledged', async () => {
    let refusals = 3;
    const { run, waits, published, refused } = setUp(() => {
      refusals -= 1;
      if (refusals < 0) return Promise.resolve();
      return Promise.reject(new DependencyUnavailableError('topic t.g.dlq', 'missing'));
    });
    await run(() => Promise.reject(new PermanentError('no')));
    expect(waits).toHaveLength(3);
    expect(refused.count).toBe(3);
    expect(waits[0]).toMatchObject({ dependency: 'topic t.g.dlq', detail: 'missing' });
    expect(published).toHaveLength(1);
  });

  it('give up a redriven record that fails again, at the limit with its own reason', async () => {
    const outcomes = await Promise.all(
      ['2', '3'].map(async (count) => {
        const { run, delivery } = setUp();
        const headers = [['x-dlq-redrive-count', Buffer.from(count)]];
        Object.assign(delivery, { record: { ...record(), topic: 't.g.redrive', headers } });
        return await run(() => Promise.reject(new PermanentError('no')));
      }),
    );
    expect(outcomes).toMatchObject([{ reason: 'non-retryable' }, { reason: 'redrive-limit' }]);
  });

  it('let an abandoned delivery through, unjudged', async () => {
    const { run, published, actions } = setUp();
    const abandoned = new DeliveryAbandoned('revoked');
    await expect(run(() => Promise.reject(abandoned))).rejects.toBe(abandoned);
    expect([published, actions]).toEqual([[], []]);
  });

  it('give what escapes them the same answer', async () => {
    const { router, delivery, published } = setUp();
    const verdict = await router.handle(delivery, {
      stage: 'no-handler',
      error: new PermanentError('none'),
    });
    expect(verdict).toEqual({
      kind: 'settled',
      outcome: { kind: 'dead-lettered', topic: 't.g.dlq', reason: 'no-handler' },
    });
    expect(published).toHaveLength(1);
  });

  it('give repeats of one dead letter the same id', async () => {
    const ids = await Promise.all(
      [1, 2].map(async () => {
        const { run, published } = setUp();
        await run(() => Promise.reject(new PermanentError('no')));
        return Object.fromEntries(headersOf(published[0]!))['x-dlq-id'];
      }),
    );
    expect(ids[0]).toBe(ids[1]);
  });
});
