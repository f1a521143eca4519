import { Logger } from '@nestjs/common';
import { deliveryOf } from '../../test/support/deliveries.js';
import { storeSettings } from '../../test/support/fresh-database.js';
import type { ConsumerSettings } from '../config/index.js';
import { Batch, BufferedSink } from '../kafka/index.js';
import {
  DONE,
  PermanentError,
  skipped,
  type BatchStep,
  type Delivery,
  type DeliveryStep,
  type Outcome,
} from '../record/index.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import type {
  IdempotencyProvider,
  MessageClaim,
  TogetherResult,
  TogetherWork,
} from './idempotency-provider.port.js';
import { IdempotencyStores } from './idempotency-stores.js';
import type { ConflictPolicy } from './idempotent.decorator.js';
import { Idempotent } from './idempotent.decorator.js';

const consumer = { name: 'orders', enabled: true, own: {} } as ConsumerSettings;
const settings = storeSettings('postgres://db/app', { consumers: new Map([['orders', consumer]]) });

type Answer = 'ran' | 'duplicate' | 'busy' | 'conflict' | 'failed';

/** Answers by id what the test says, in turns; whoever may run, runs. */
class ScriptedStore {
  readonly asked: string[][] = [];
  constructor(private readonly answers: Record<string, Answer[]>) {}

  prepare(): void {}

  runOnce(): Promise<never> {
    return Promise.reject(new Error('asked for one alone'));
  }

  async runTogether(claims: readonly MessageClaim[], work: TogetherWork) {
    this.asked.push(claims.map(({ identity }) => identity.id));
    const answers = claims.map(({ identity }) => this.answers[identity.id]?.shift() ?? 'ran');
    const fresh = claims.filter((_, index) => ['ran', 'failed'].includes(answers[index]!));
    const worked = fresh.length === 0 ? [] : await work(fresh);
    return claims.map((claim, index): TogetherResult => {
      const kind = answers[index]!;
      if (kind === 'failed') return { kind, error: new PermanentError('no') };
      if (kind !== 'ran') return { kind };
      const result = worked[fresh.indexOf(claim)]!;
      return 'error' in result ? { kind: 'failed', error: result.error } : { kind, ...result };
    });
  }
}

class BatchController {
  handle(): void {}
}
Batch()(BatchController.prototype, 'handle', {
  value: BatchController.prototype.handle,
});

function setUp(answers: Record<string, Answer[]>, onConflict: ConflictPolicy = 'dead-letter') {
  class DeclaringController extends BatchController {}
  Idempotent({ store: 'postgres', onConflict })(DeclaringController);
  const { handle } = BatchController.prototype;
  const handler = { ...deliveryOf().handler, controller: DeclaringController, method: handle };
  const store = new ScriptedStore(answers);
  const stored = store as unknown as IdempotencyProvider;
  const interceptor = new IdempotencyInterceptor(
    new IdempotencyStores(
      settings,
      ...([stored, stored, stored, stored] as never as [never, never, never, never]),
    ),
  );
  const step: DeliveryStep = interceptor.stepFor(handler)!;
  const together: BatchStep = interceptor.batchStepFor(handler)!;
  return { store, step, together, interceptor };
}

let suspensions = 0;

function deliveryWith(id: string): Delivery {
  const suspend = (): Promise<void> => {
    suspensions += 1;
    return Promise.resolve();
  };
  return deliveryOf({ value: { event_id: id }, suspend });
}

/** Each goes through its own step; those that ask at the same time go together. */
async function runBatch(step: DeliveryStep, together: BatchStep, deliveries: readonly Delivery[]) {
  const handled: string[][] = [];
  const idOf = ({ value }: Delivery): string => (value as { event_id: string }).event_id;
  let waiting: { delivery: Delivery; end: (outcome: Outcome | Error) => void }[] = [];
  const flush = async (): Promise<void> => {
    const members = waiting;
    waiting = [];
    const results = await together(
      members.map(({ delivery }) => delivery),
      (fresh) => {
        handled.push(fresh.map(idOf));
        return Promise.resolve(fresh.map(() => ({ outcome: DONE })));
      },
    );
    members.forEach(({ end }, index) => {
      const result = results[index]!;
      end('error' in result ? (result.error as Error) : result.outcome);
    });
  };
  const enter = (delivery: Delivery): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(() => void flush());
      const end = (outcome: Outcome | Error): void =>
        outcome instanceof Error ? reject(outcome) : resolve(outcome);
      waiting.push({ delivery, end });
    });
  const ends = await Promise.all(
    deliveries.map((delivery) =>
      step(delivery, () => enter(delivery)).then(
        ({ kind }) => kind,
        (error: Error) => error.name,
      ),
    ),
  );
  return { ends, handled };
}

beforeAll(() => Logger.overrideLogger(false));

describe('claims of a batch in its own transaction', () => {
  it('are asked for all at once, and each record has its own answer', async () => {
    const { step, together, store, interceptor } = setUp({
      'id:b': ['duplicate'],
      'id:c': ['conflict'],
      'id:d': ['failed'],
    });
    const deliveries = ['a', 'b', 'c', 'd'].map(deliveryWith);
    const { ends, handled } = await runBatch(step, together, deliveries);
    expect(ends).toEqual(['done', 'duplicate', 'IdConflictError', 'PermanentError']);
    expect(store.asked).toEqual([['id:a', 'id:b', 'id:c', 'id:d']]);
    expect(handled).toEqual([['a', 'd']]);
    expect(interceptor.claims.of('postgres')).toEqual({
      ran: 1,
      duplicate: 1,
      conflict: 1,
      busy: 0,
      failed: 1,
    });
  });

  it('are asked for again, without the others, while a message runs elsewhere', async () => {
    const { step, together, store } = setUp({ 'id:b': ['busy', 'duplicate'] });
    suspensions = 0;
    const { ends } = await runBatch(step, together, ['a', 'b'].map(deliveryWith));
    expect(ends).toEqual(['done', 'duplicate']);
    expect(store.asked).toEqual([['id:a', 'id:b'], ['id:b']]);
    expect(suspensions).toBe(1);
  });

  it('may be those of another message by their bytes', async () => {
    const { step, together, store } = setUp({ 'id:a': ['conflict'] }, 'process');
    const { ends } = await runBatch(step, together, [deliveryWith('a')]);
    expect(ends).toEqual(['done']);
    expect(store.asked[1]![0]).toMatch(/^id:a sha256:/);
  });

  it('are not needed by a record that is skipped before it comes into a batch', async () => {
    const { step, store } = setUp({});
    const outcome = skipped('tombstone');
    expect(await step(deliveryWith('a'), () => Promise.resolve(outcome))).toBe(outcome);
    expect(store.asked).toEqual([]);
  });

  it('are never left out: a record that was handled without is refused', async () => {
    const { step } = setUp({});
    const handled = step(deliveryWith('a'), () => Promise.resolve(DONE));
    await expect(handled).rejects.toThrow(/@Batch needs Millrace's own transport/);
  });
});

describe('a handler that buffers', () => {
  it('is refused claims in its own transaction, which would be open until the flush', () => {
    const { interceptor } = setUp({});
    class SinkController {
      handle(): void {}
    }
    const { handle } = SinkController.prototype;
    const descriptor = { value: handle } as TypedPropertyDescriptor<unknown>;
    BufferedSink({ maxRecords: 1 })(SinkController.prototype, 'handle', descriptor);
    Idempotent({ store: 'postgres' })(SinkController);
    const handler = { ...deliveryOf().handler, controller: SinkController, method: handle };
    expect(() => interceptor.stepFor(handler)).toThrow(/take another store, or @Batch/);
  });
});
