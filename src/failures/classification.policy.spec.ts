import {
  BadRequestException,
  ForbiddenException,
  ServiceUnavailableException,
} from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import {
  ContractViolationError,
  DependencyUnavailableError,
  PermanentError,
  RetriableError,
  UndecodableError,
} from '../record/index.js';
import { classify } from './classification.policy.js';

const withCode = (code: string): Error => Object.assign(new Error('failed'), { code });
const retriableOver = (cause: Error): Error => new RetriableError('later', { cause });
const withStatus = (status: number): Error => Object.assign(new Error('failed'), { status });
const PERMANENT = { kind: 'permanent', reason: 'non-retryable' };
const TRANSIENT = { kind: 'transient' };
const UNKNOWN = { kind: 'unknown' };

describe('classify', () => {
  it.each<[string, unknown, unknown]>([
    ['a PermanentError', new PermanentError('no'), PERMANENT],
    [
      'a PermanentError over a network failure',
      new PermanentError('no', { cause: withCode('ECONNRESET') }),
      PERMANENT,
    ],
    [
      'a RetriableError over a 404',
      new RetriableError('later', { cause: withStatus(404) }),
      TRANSIENT,
    ],
    [
      'undecodable bytes',
      new UndecodableError('bad'),
      { kind: 'permanent', reason: 'deserialization' },
    ],
    [
      'a broken contract',
      new ContractViolationError('bad'),
      { kind: 'permanent', reason: 'validation' },
    ],
    ['a refused connection', withCode('ECONNREFUSED'), TRANSIENT],
    ['a deadlock', withCode('40P01'), TRANSIENT],
    ['a full disk at the server', withCode('53100'), TRANSIENT],
    ['a unique violation', withCode('23505'), UNKNOWN],
    [
      'fetch failing on the network',
      new TypeError('fetch failed', { cause: withCode('ECONNREFUSED') }),
      TRANSIENT,
    ],
    [
      'a network failure inside an AggregateError',
      new AggregateError([withCode('ETIMEDOUT')]),
      TRANSIENT,
    ],
    ['a timeout', Object.assign(new Error('slow'), { name: 'TimeoutError' }), TRANSIENT],
    [
      'a retriable Kafka error',
      Object.assign(new Error('x'), { name: 'KafkaJSProtocolError', retriable: true }),
      TRANSIENT,
    ],
    ['a 503 answer', withStatus(503), TRANSIENT],
    ['a 401 answer', withStatus(401), TRANSIENT],
    ['a 404 answer', withStatus(404), PERMANENT],
    [
      'a 429 answer of axios',
      { response: { status: 429, headers: { 'retry-after': '7' } } },
      { ...TRANSIENT, retryAfterMs: 7_000 },
    ],
    ['a guard that answers false', new RpcException('Forbidden resource'), PERMANENT],
    ['a guard that throws', new ForbiddenException(), PERMANENT],
    [
      "the application's own validation pipe",
      new BadRequestException(['name must be set']),
      { kind: 'permanent', reason: 'validation' },
    ],
    ['an unavailable service thrown here', new ServiceUnavailableException(), TRANSIENT],
    ['a programming error', new TypeError('x is not a function'), PERMANENT],
    ['any other error', new Error('what'), UNKNOWN],
    ['undefined', undefined, UNKNOWN],
    ['a text', 'failed', UNKNOWN],
  ])('judges %s', (_what, error, expected) => {
    expect(classify(error)).toEqual(expected);
  });

  it('waits for a dependency of ours wherever it stands among the causes', () => {
    const unavailable = new DependencyUnavailableError('postgres', 'no answer');
    const error = new Error('cannot store', {
      cause: new RetriableError('later', { cause: unavailable }),
    });
    expect(classify(error)).toEqual({
      kind: 'waiting',
      dependency: 'postgres',
      detail: 'no answer',
    });
  });

  it('keeps the wait that a RetriableError asks for', () => {
    expect(classify(new RetriableError('later', { retryAfterMs: 9_000 }))).toEqual({
      kind: 'transient',
      retryAfterMs: 9_000,
    });
  });

  describe('with what a consumer says of its errors', () => {
    class CardRefused extends Error {}
    class LimitReached extends TypeError {}
    const rules = { on: [LimitReached, '23505'], except: [CardRefused, 'ETIMEDOUT'] };

    it.each<[string, unknown, unknown]>([
      ['an excepted class', new CardRefused('no'), PERMANENT],
      [
        'an excepted class among the causes',
        new Error('x', { cause: new CardRefused() }),
        PERMANENT,
      ],
      ['an excepted class in an aggregate', new AggregateError([new CardRefused()]), PERMANENT],
      ['an excepted code that would be transient', withCode('ETIMEDOUT'), PERMANENT],
      ['a named class that would be a defect', new LimitReached('slow down'), TRANSIENT],
      ['a named code', withCode('23505'), TRANSIENT],
      ['one that no rule names', withStatus(404), PERMANENT],
      ['a RetriableError over an excepted one', retriableOver(new CardRefused()), TRANSIENT],
      [
        'a dependency that an excepted one was caused by',
        new CardRefused('x', { cause: new DependencyUnavailableError('postgres', 'down') }),
        { kind: 'waiting', dependency: 'postgres', detail: 'down' },
      ],
    ])('judges %s', (_what, error, expected) => {
      expect(classify(error, rules)).toEqual(expected);
    });

    it('takes the outermost named one, and of one named twice the exception', () => {
      const outer = new LimitReached('x', { cause: new CardRefused() });
      expect(classify(outer, rules)).toEqual(TRANSIENT);
      expect(classify(outer, { on: [LimitReached], except: [Error] })).toEqual(PERMANENT);
    });
  });

  it('ends at a cycle of causes', () => {
    const error = new Error('first');
    error.cause = new Error('second', { cause: error });
    expect(classify(error)).toEqual(UNKNOWN);
  });
});
