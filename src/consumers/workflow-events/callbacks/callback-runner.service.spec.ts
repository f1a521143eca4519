import {
  DeliveryAbandoned,
  DependencyUnavailableError,
  PermanentError,
  RetriableError,
} from '../../../record/index.js';
import type { RecordContext } from '../../../kafka/index.js';
import type { RunEvent } from '../domain/index.js';
import { CallbackLedger } from '../persistence/index.js';
import type { CallbackRegistry } from './callback-registry.js';
import { CallbackRunner } from './callback-runner.service.js';

class LedgerInMemory extends CallbackLedger {
  readonly done = new Set<string>();
  readonly failures: string[] = [];
  isInTransaction = false;

  doneWith(): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(this.done));
  }

  async runOnce(_: string, callback: string, work: () => Promise<void>): Promise<void> {
    if (this.done.has(callback)) return;
    await work();
    this.done.add(callback);
  }

  noteFailure(_: string, callback: string, errorClass: string): Promise<void> {
    this.failures.push(`${callback} ${errorClass}`);
    return Promise.resolve();
  }
}

type Deeds = Record<string, (call: number) => void>;

/** Callbacks of those names; each does what it is told at each of its calls. */
function callbacks(deeds: Deeds) {
  const ledger = new LedgerInMemory();
  const calls: string[] = [];
  const found = Object.entries(deeds).map(([name, deed]) => ({
    name,
    wants: () => true,
    call: async () => {
      calls.push(name);
      deed(calls.filter((called) => called === name).length);
    },
  }));
  const registry = { wanting: () => found } as unknown as CallbackRegistry;
  const runner = new CallbackRunner(registry, ledger);
  const delivery = {};
  const abort = new AbortController();
  const attempt = (of: object = delivery): Promise<unknown> =>
    runner
      .run(
        { id: 'e-1', type: 'workflow.started' } as RunEvent,
        { delivery: of, attempt: 1, origin: {}, signal: abort.signal } as RecordContext,
      )
      .then(
        () => 'done',
        (error: unknown) => error,
      );
  return { ledger, calls, attempt, abort };
}

const well = (): void => undefined;
const fail = (error: unknown) => (): never => {
  throw error;
};
const failFirst = (times: number, error: unknown) => (call: number) => {
  if (call <= times) throw error;
};

describe('callbacks of one event', () => {
  it('are called one after another, and each once when all do well', async () => {
    const { calls, attempt } = callbacks({ a: well, b: well });
    expect(await attempt()).toBe('done');
    expect(await attempt()).toBe('done');
    expect(calls).toEqual(['a', 'b']);
  });

  it('are all called although one fails, and only that one again', async () => {
    const { calls, attempt, ledger } = callbacks({
      a: failFirst(2, new Error('not yet')),
      b: well,
    });
    const failed = await attempt();
    expect(failed).toBeInstanceOf(RetriableError);
    expect(failed).toMatchObject({ message: 'callback a: not yet', cause: new Error('not yet') });
    expect(await attempt()).toBeInstanceOf(RetriableError);
    expect(await attempt()).toBe('done');
    expect(calls).toEqual(['a', 'b', 'a', 'a']);
    expect(ledger.failures).toEqual(['a Error', 'a Error']);
  });

  it('keep the wait that one of them asks for', async () => {
    const { attempt } = callbacks({
      a: fail(new RetriableError('later', { retryAfterMs: 9_000 })),
    });
    expect(await attempt()).toMatchObject({ retryAfterMs: 9_000 });
  });
});

describe('a callback that cannot pass', () => {
  it('is not called again while others of its event may pass, and is the reason at the end', async () => {
    const { calls, attempt } = callbacks({
      a: fail(new TypeError('a defect')),
      b: failFirst(1, new Error('not yet')),
    });
    expect(await attempt()).toMatchObject({ message: 'callback b: not yet' });
    const last = await attempt();
    expect(last).toBeInstanceOf(PermanentError);
    expect(last).toMatchObject({ message: 'callback a: a defect' });
    expect(calls).toEqual(['a', 'b', 'b']);
  });

  it('is called again when its record comes again', async () => {
    const { calls, attempt } = callbacks({ a: failFirst(1, new PermanentError('no')), b: well });
    expect(await attempt()).toBeInstanceOf(PermanentError);
    expect(await attempt({})).toBe('done');
    expect(calls).toEqual(['a', 'b', 'a']);
  });
});

describe('a callback whose dependency is away', () => {
  it('makes the record wait without counting an attempt, whatever else failed', async () => {
    const away = new DependencyUnavailableError('mail', 'the mail server does not answer');
    const { attempt, ledger } = callbacks({
      a: fail(new PermanentError('no')),
      b: fail(new Error('not yet')),
      c: fail(away),
    });
    const failed = await attempt();
    expect(failed).toBeInstanceOf(DependencyUnavailableError);
    expect(failed).toMatchObject({ dependency: 'mail', cause: away });
    expect(ledger.failures).toEqual(['a PermanentError', 'b Error']);
  });
});

describe('a delivery that ends', () => {
  it('is let through at once when it was abandoned', async () => {
    const abandoned = new DeliveryAbandoned('revoked');
    const { calls, attempt } = callbacks({ a: fail(abandoned), b: well });
    expect(await attempt()).toBe(abandoned);
    expect(calls).toEqual(['a']);
  });

  it('has no further callback called once its signal is aborted', async () => {
    const late = new Error('the deadline');
    const { calls, attempt, abort } = callbacks({ a: () => abort.abort(late), b: well });
    expect(await attempt()).toBe(late);
    expect(calls).toEqual(['a']);
  });
});

describe('callbacks inside a transaction of the caller', () => {
  it('end with the first that fails, which nothing is written about', async () => {
    const { calls, attempt, ledger } = callbacks({ a: fail(new Error('not yet')), b: well });
    ledger.isInTransaction = true;
    expect(await attempt()).toMatchObject({ message: 'callback a: not yet' });
    expect(calls).toEqual(['a']);
    expect(ledger.failures).toEqual([]);
  });
});
