import { jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { loadSettings } from '../config/index.js';
import {
  DeliveryAbandoned,
  DependencyUnavailableError,
  DONE,
  skipped,
  type Delivery,
} from '../record/index.js';
import { createLogger, LOGGER } from './logger.js';
import { LoggingRecordObserver } from './logging-record-observer.js';
import { CountingRecordObserver } from './metrics/index.js';
import { ObservabilityModule } from './observability.module.js';
import { correlationId, keyHash } from './record-fields.js';
import { RecordObserver } from './record-observer.js';
import { WaitLimiter } from './wait-limiter.js';

class Controller {
  handle(): void {}
}

function delivery(changes: Partial<Delivery> = {}): Delivery {
  const origin = { topic: 'orders', partition: 3, offset: 17, timestamp: 1 };
  return {
    record: {
      ...origin,
      key: Buffer.from('k4n4ry-key'),
      value: Buffer.from('k4n4ry-value'),
      headers: [
        ['x-correlation-id', Buffer.from('abc\n1')],
        ['token', Buffer.from('k4n4ry-header')],
      ],
    },
    origin,
    handler: {
      consumer: 'orders',
      groupId: 'storage_loader',
      topic: 'orders',
      handler: 'Controller.handle',
      controller: Controller,
      method: Controller.prototype.handle,
    },
    assignmentEpoch: 1,
    value: { name: 'k4n4ry-decoded' },
    attempt: 2,
    failedAttempts: 1,
    firstFailedAt: undefined,
    signal: new AbortController().signal,
    suspend: () => Promise.resolve(),
    ...changes,
  };
}

const place = {
  topic: 'orders',
  partition: 3,
  offset: 17,
  keyHash: keyHash(Buffer.from('k4n4ry-key')),
  attempt: 2,
  correlationId: 'abc 1',
  consumer: 'orders',
  group: 'storage_loader',
  handler: 'Controller.handle',
};

function capture(level = 'debug') {
  const written: string[] = [];
  const write = (line: string): void => void written.push(line);
  const observer = new LoggingRecordObserver(createLogger({ level, format: 'json' }, { write }));
  const events = (): Record<string, unknown>[] =>
    written.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { observer, events, text: () => written.join('') };
}

describe('LoggingRecordObserver', () => {
  it('logs a settled record at debug with its place, key hash, attempt and correlation id', () => {
    const { observer, events } = capture();
    observer.settled(delivery(), DONE, 12.4);
    observer.settled(delivery(), skipped('not\nours'), 1);
    observer.settled(delivery(), { kind: 'retried', topic: 'orders.g.retry.1' }, 1);
    const shared = { level: 'debug', event: 'record-settled', ...place };
    expect(events()).toEqual([
      expect.objectContaining({ ...shared, outcome: 'done', milliseconds: 12 }),
      expect.objectContaining({ ...shared, outcome: 'skipped', reason: 'not ours' }),
      expect.objectContaining({ ...shared, outcome: 'retried', retryTopic: 'orders.g.retry.1' }),
    ]);
  });

  it('writes nothing for a settled record above debug', () => {
    const { observer, events } = capture('info');
    observer.settled(delivery(), DONE, 1);
    expect(events()).toEqual([]);
  });

  it('warns of each failed attempt with class, code and message', () => {
    const { observer, events } = capture('info');
    observer.attemptFailed(
      delivery(),
      Object.assign(new TypeError('odd'), { code: 'E1' }),
      'retry',
    );
    expect(events()).toEqual([
      expect.objectContaining({
        ...place,
        level: 'warn',
        event: 'attempt-failed',
        action: 'retry',
        errorClass: 'TypeError',
        errorCode: 'E1',
        errorMessage: 'odd',
      }),
    ]);
  });

  it('tells a dead letter with its last error: a warning for bad input, an error for ours', () => {
    const { observer, events } = capture('info');
    const dead = { kind: 'dead-lettered', topic: 'orders.dlq' } as const;
    const failed = delivery();
    observer.attemptFailed(failed, new Error('last'), 'dead-letter');
    observer.settled(failed, { ...dead, reason: 'exhausted' }, 1);
    observer.settled(delivery(), { ...dead, reason: 'validation' }, 1);
    expect(events().slice(1)).toEqual([
      expect.objectContaining({
        ...place,
        level: 'error',
        event: 'record-dead-lettered',
        reason: 'exhausted',
        deadLetterTopic: 'orders.dlq',
        errorClass: 'Error',
        errorMessage: 'last',
      }),
      expect.objectContaining({ level: 'warn', reason: 'validation' }),
    ]);
  });

  it('never shows a key, a value, a header or a decoded value', () => {
    const { observer, text } = capture();
    const failed = delivery();
    observer.attemptFailed(failed, new Error('x'), 'retry');
    observer.settled(failed, DONE, 1);
    observer.settled(failed, { kind: 'dead-lettered', topic: 't', reason: 'timeout' }, 1);
    expect(text()).not.toContain('k4n4ry');
  });

  it('names the origin of a record that came by another topic', () => {
    const { observer, events } = capture();
    const origin = { topic: 'orders', partition: 1, offset: 5, timestamp: 1 };
    observer.settled(delivery({ origin }), DONE, 1);
    expect(events()[0]).toMatchObject({ topic: 'orders', offset: 17, origin: 'orders-1@5' });
  });

  it('warns once of a dependency that many records wait for', () => {
    const { observer, events } = capture('info');
    const down = new DependencyUnavailableError('postgres', 'down');
    for (let count = 0; count < 100; count += 1) observer.attemptFailed(delivery(), down, 'wait');
    observer.attemptFailed(delivery(), new Error('another'), 'wait');
    expect(events().map((event) => event['errorClass'])).toEqual([
      'DependencyUnavailableError',
      'Error',
    ]);
  });

  it('is silent about an abandoned delivery, and never throws', () => {
    const { observer, events } = capture();
    observer.attemptFailed(delivery(), new DeliveryAbandoned('revoked'), 'retry');
    expect(events()).toEqual([]);
    const broken = delivery({ record: undefined as never });
    expect(() => observer.settled(broken, DONE, 1)).not.toThrow();
    expect(() => observer.attemptFailed(broken, undefined, 'retry')).not.toThrow();
  });
});

describe('WaitLimiter', () => {
  it('lets one of a kind through per interval and then tells how many it held back', () => {
    let now = 0;
    const limiter = new WaitLimiter(1000, () => now);
    const admit = (at: number): number | undefined => {
      now = at;
      return limiter.admit('kind');
    };
    expect([0, 10, 999, 1000, 1001, 5000].map(admit)).toEqual([
      0,
      undefined,
      undefined,
      2,
      undefined,
      1,
    ]);
    expect(limiter.admit('another')).toBe(0);
  });
});

describe('record fields', () => {
  it('hash keys, and have none for a record without a key', () => {
    expect(keyHash(Buffer.from('a'))).toBe('ca978112');
    expect(keyHash(Buffer.alloc(0))).toBe('e3b0c442');
    expect(keyHash(null)).toBeUndefined();
  });

  it('take the correlation id from its header, else the trace id', () => {
    const header = (name: string, value: string): [string, Buffer] => [name, Buffer.from(value)];
    const trace = header('traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`);
    expect(correlationId([trace])).toBe('a'.repeat(32));
    expect(correlationId([trace, header('correlationId', 'mine')])).toBe('mine');
    expect(correlationId([header('correlation-id', 'x'.repeat(500))])).toHaveLength(128);
    expect(
      correlationId([header('traceparent', 'nonsense'), ['correlation-id', null]]),
    ).toBeUndefined();
  });
});

describe('ObservabilityModule', () => {
  it('gives the logger and an observer that logs and counts', async () => {
    const { settings } = loadSettings({ KAFKA_BROKERS: 'a:1', LOG_LEVEL: 'silent' }, []);
    const application = await Test.createTestingModule({
      imports: [ObservabilityModule.forRoot(settings)],
    }).compile();
    const lines = jest.spyOn(application.get<{ warn: () => void }>(LOGGER), 'warn');
    const failed = delivery();
    application.get(RecordObserver).attemptFailed(failed, new Error('x'), 'retry', 'unknown');
    expect(lines).toHaveBeenCalledTimes(1);
    expect(application.get(CountingRecordObserver).of(failed.handler).attempts.failed).toBe(1);
    expect(application.get<{ level: string }>(LOGGER).level).toBe('silent');
    await application.close();
  });
});
