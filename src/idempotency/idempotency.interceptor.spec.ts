import { Logger, type CallHandler, type ExecutionContext } from '@nestjs/common';
import { KafkaContext } from '@nestjs/microservices';
import { lastValueFrom, of, throwError } from 'rxjs';
import type { ConsumerSettings, Settings } from '../config/index.js';
import { RecordContext } from '../kafka/index.js';
import {
  ContractViolationError,
  DeliveryAbandoned,
  DONE,
  DUPLICATE,
  skipped,
  type Wait,
} from '../record/index.js';
import { deliveryOf } from '../../test/support/deliveries.js';
import { storeSettings } from '../../test/support/fresh-database.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { BUSY, CONFLICT, type RunOnceResult } from './idempotency-provider.port.js';
import { IdempotencyStores } from './idempotency-stores.js';
import {
  Idempotent,
  type IdempotencyStore,
  type IdempotentOptions,
} from './idempotent.decorator.js';
import { MemoryIdempotencyProvider } from './memory/memory-idempotency.provider.js';
import type { MessageClaim } from './idempotency-provider.port.js';

@Idempotent({ store: 'memory' })
class RememberingController {
  handle(): void {
    // Only its metadata matters.
  }

  @Idempotent({ store: 'none' })
  forget(): void {
    // The method's own word wins over the class's.
  }
}

class PlainController {
  handle(): void {
    // Nothing is said about it.
  }

  @Idempotent({ store: 'postgres' })
  store(): void {
    // Wants a database.
  }
}

const remembering = {
  controller: RememberingController,
  method: RememberingController.prototype.handle,
};

function settingsWith(idempotency?: IdempotencyStore, url?: string): Settings {
  const consumer = { name: 'orders', enabled: true, own: {}, idempotency } as ConsumerSettings;
  return storeSettings(url, { consumers: new Map([['orders', consumer]]) });
}

/** A PostgreSQL store that answers what the test says, and knows what it was asked. */
class ScriptedProvider {
  readonly prepared: string[] = [];
  readonly claims: MessageClaim[] = [];
  constructor(readonly answers: (RunOnceResult | Error)[] = []) {}
  prepare(consumer: string): void {
    this.prepared.push(consumer);
  }
  runOnce(claim: MessageClaim): Promise<RunOnceResult> {
    this.claims.push(claim);
    const answer = this.answers.shift()!;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }
}

function interceptorWith(settings: Settings, postgres = new ScriptedProvider()) {
  const memory = new MemoryIdempotencyProvider(settings);
  const stored = postgres as never;
  return new IdempotencyInterceptor(
    new IdempotencyStores(settings, memory, stored, stored, stored),
  );
}

/** A handler for which these options are declared. */
function handlerWith(options: IdempotentOptions) {
  class DeclaringController {
    handle(): void {
      // Only its metadata matters.
    }
  }
  Idempotent(options)(DeclaringController);
  return { controller: DeclaringController, method: DeclaringController.prototype.handle };
}

const done = () => Promise.resolve(DONE);

beforeAll(() => Logger.overrideLogger(false));

describe('the step of a handler', () => {
  const stepFor = (settings: Settings, handler: object) =>
    interceptorWith(settings).stepFor({ ...deliveryOf().handler, ...handler });

  it('does not exist when neither the decorator nor the environment asks for it', () => {
    const { handle } = PlainController.prototype;
    expect(
      stepFor(settingsWith(), { controller: PlainController, method: handle }),
    ).toBeUndefined();
  });

  it('follows the class, the method over the class, the environment over both', () => {
    const forget = { ...remembering, method: RememberingController.prototype.forget };
    expect(stepFor(settingsWith(), remembering)).toBeDefined();
    expect(stepFor(settingsWith(), forget)).toBeUndefined();
    expect(stepFor(settingsWith('memory'), forget)).toBeDefined();
    expect(stepFor(settingsWith('none'), remembering)).toBeUndefined();
  });

  it('has its store prepared for the consumer', () => {
    const postgres = new ScriptedProvider();
    const settings = settingsWith('postgres', 'postgres://db/app');
    interceptorWith(settings, postgres).stepFor({ ...deliveryOf().handler, ...remembering });
    expect(postgres.prepared).toEqual(['orders']);
  });

  it.each([
    ['postgres', /DATABASE_URL: .*orders/],
    ['postgres-lease', /DATABASE_URL: .*orders/],
    ['redis', /REDIS_URL: .*orders/],
  ] as const)('refuses the store %s without an address', (store, message) => {
    expect(() => stepFor(settingsWith(), handlerWith({ store }))).toThrow(message);
  });

  it('refuses a window that nobody could keep', () => {
    const forever = handlerWith({ store: 'memory', window: '0s' });
    expect(() => stepFor(settingsWith(), forever)).toThrow(/window 0s: expected a duration/);
  });
});

describe('a delivery', () => {
  const waits: { until: number; wait: Wait }[] = [];
  const suspend = (until: number, wait: Wait): Promise<void> => {
    waits.push({ until, wait });
    return Promise.resolve();
  };
  const runAs = (declared: Partial<IdempotentOptions>, answers: (RunOnceResult | Error)[]) => {
    const settings = settingsWith('postgres', 'postgres://db/app');
    const provider = new ScriptedProvider(answers);
    const interceptor = interceptorWith(settings, provider);
    const handler = handlerWith({ store: 'postgres', ...declared });
    const delivery = deliveryOf({ suspend, handler, value: { parcel: { code: 'p-1' } } });
    const claims = interceptor.claims.of('postgres');
    const outcome = interceptor.stepFor(delivery.handler)!(delivery, done);
    return { claims, delivery, outcome, asked: provider.claims };
  };
  const run = (...answers: (RunOnceResult | Error)[]) => runAs({}, answers);

  beforeEach(() => {
    waits.length = 0;
  });

  it('that ran has its handler’s outcome', async () => {
    const outcome = skipped('not for us');
    expect(await run({ kind: 'ran', outcome }).outcome).toBe(outcome);
  });

  it('that had run before is a duplicate', async () => {
    expect(await run({ kind: 'duplicate' }).outcome).toBe(DUPLICATE);
  });

  it('whose identity was used for another value is refused for good', async () => {
    await expect(run(CONFLICT).outcome).rejects.toMatchObject({
      code: 'ID_CONFLICT',
      retriable: false,
    });
  });

  it('whose identity was used for another value is a duplicate where its handler says `warn`', async () => {
    expect(await runAs({ onConflict: 'warn' }, [CONFLICT]).outcome).toBe(DUPLICATE);
  });

  it('whose identity was used for another value is another message where its handler says `process`', async () => {
    const outcome = skipped('not for us');
    const answers = [CONFLICT, BUSY, { kind: 'ran', outcome } as const];
    const { outcome: given, asked } = runAs({ onConflict: 'process' }, answers);
    expect(await given).toBe(outcome);
    const [first, ...others] = asked.map(({ identity }) => identity.id);
    expect(new Set(others).size).toBe(1);
    expect(others[0]).toMatch(new RegExp(`^${first} sha256:[0-9a-f]{64}$`));
  });

  it('is remembered under its handler’s own key, for its window', async () => {
    const key = (value: { parcel: { code: string } }): string => value.parcel.code;
    const declared = { key, window: '2h' } as const;
    const { outcome, asked } = runAs(declared, [{ kind: 'duplicate' }]);
    await outcome;
    expect(asked).toMatchObject([{ identity: { id: 'key-id:p-1' }, windowMs: 7_200_000 }]);
  });

  it.each([
    ['throws', () => (undefined as unknown as { id: string }).id],
    ['is blank', () => ' '],
    ['is no text', () => 7 as unknown as string],
  ])('whose key %s breaks its contract', async (_, key) => {
    await expect(runAs({ key }, []).outcome).rejects.toBeInstanceOf(ContractViolationError);
  });

  it('whose message runs elsewhere gives its slot back, longer each time, and counts no attempt', async () => {
    const started = Date.now();
    const { delivery, outcome } = run(BUSY, BUSY, BUSY, { kind: 'duplicate' });
    expect(await outcome).toBe(DUPLICATE);
    expect(delivery).toMatchObject({ attempt: 1, failedAttempts: 0 });
    expect(waits.map(({ wait }) => wait)).toEqual([
      { why: 'backoff' },
      { why: 'backoff' },
      { why: 'backoff' },
    ]);
    const delays = waits.map(({ until }) => until - started);
    for (const [index, expected] of [200, 400, 800].entries()) {
      expect(delays[index]).toBeGreaterThanOrEqual(expected * 0.75);
      expect(delays[index]).toBeLessThan(expected * 1.25 + 100);
    }
  });

  it('that is abandoned while it waits, or fails, says so unchanged', async () => {
    for (const error of [new DeliveryAbandoned('revoked'), new Error('plain')]) {
      await expect(run(error).outcome).rejects.toBe(error);
    }
  });

  it('is counted by each answer of its store', async () => {
    const ran: RunOnceResult = { kind: 'ran', outcome: DONE };
    const none = { ran: 0, duplicate: 0, busy: 0, conflict: 0, failed: 0 };
    const claimsAfter = async (...answers: (RunOnceResult | Error)[]) => {
      const { claims, outcome } = run(...answers);
      await outcome.catch(() => undefined);
      return claims;
    };
    expect(await claimsAfter(BUSY, BUSY, ran)).toEqual({ ...none, busy: 2, ran: 1 });
    expect(await claimsAfter({ kind: 'duplicate' })).toEqual({ ...none, duplicate: 1 });
    expect(await claimsAfter(CONFLICT)).toEqual({ ...none, conflict: 1 });
    expect(await claimsAfter(new Error('plain'))).toEqual({ ...none, failed: 1 });
  });
});

describe('the interceptor on Nest’s own Kafka transport', () => {
  const hostOf = (context: unknown, type = 'rpc'): ExecutionContext =>
    ({
      getType: () => type,
      getClass: () => RememberingController,
      getHandler: () => RememberingController.prototype.handle,
      switchToRpc: () => ({ getContext: () => context, getData: () => ({}) }),
    }) as unknown as ExecutionContext;
  const kafkaContext = (offset: string): KafkaContext =>
    new KafkaContext([
      { key: null, value: { n: 1 }, offset, timestamp: '1', attributes: 0, headers: {} },
      0,
      'orders',
    ] as never);
  const next = (handle: CallHandler['handle']): CallHandler => ({ handle });
  const interceptor = interceptorWith(settingsWith());
  const call = (host: ExecutionContext, handle: CallHandler['handle']) =>
    lastValueFrom(interceptor.intercept(host, next(handle)), { defaultValue: 'nothing' });

  it('runs the handler once per record and answers nothing for its repeats', async () => {
    let runs = 0;
    const handle = () => of((runs += 1));
    expect(await call(hostOf(kafkaContext('1')), handle)).toBe(1);
    expect(await call(hostOf(kafkaContext('1')), handle)).toBeUndefined();
    expect(await call(hostOf(kafkaContext('2')), handle)).toBe(2);
  });

  it('lets the handler’s error out and runs the record again', async () => {
    const error = new Error('plain');
    await expect(call(hostOf(kafkaContext('3')), () => throwError(() => error))).rejects.toBe(
      error,
    );
    expect(await call(hostOf(kafkaContext('3')), () => of('again'))).toBe('again');
  });

  it('stands aside where the transport has done its work, and outside Kafka', async () => {
    const contexts = [
      hostOf(new RecordContext(deliveryOf())),
      hostOf({}, 'http'),
      hostOf({ getTopic: () => 'orders' }),
    ];
    for (const host of contexts) {
      expect(await call(host, () => of('first'))).toBe('first');
      expect(await call(host, () => of('second'))).toBe('second');
    }
  });
});
