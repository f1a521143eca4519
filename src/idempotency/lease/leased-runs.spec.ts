import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { deliveryOf } from '../../../test/support/deliveries.js';
import { DependencyUnavailableError, DONE, type Outcome } from '../../record/index.js';
import type { MessageClaim } from '../idempotency-provider.port.js';
import {
  LEASE_MS,
  LeaseStore,
  type LeaseAnswer,
  type LeaseReply,
  type LeaseRequest,
} from './lease-store.port.js';
import { LeasedRuns } from './leased-runs.js';

type Kind = LeaseRequest['kind'];

/** A store that gives the usual answers unless it is down or told otherwise. */
class ScriptedStore extends LeaseStore {
  readonly era = 'one';
  readonly asked: Kind[] = [];
  readonly requests: LeaseRequest[] = [];
  isDown = false;
  answers: Record<Kind, LeaseAnswer> = {
    claim: 'taken',
    renew: 'held',
    complete: 'held',
    release: 'held',
  };

  ask(requests: readonly LeaseRequest[]): Promise<readonly LeaseReply[]> {
    this.asked.push(...requests.map(({ kind }) => kind));
    this.requests.push(...requests);
    if (this.isDown) return Promise.reject(new DependencyUnavailableError('store', 'down'));
    return Promise.resolve(requests.map(({ kind }) => ({ answer: this.answers[kind], ticket: 5 })));
  }
}

const claimOf = (id: string): MessageClaim => ({
  identity: { scope: 'group/handler/topic', id },
  fingerprint: 'fw==',
  delivery: deliveryOf(),
});

function heldWork() {
  let end: (outcome: Outcome) => void = () => undefined;
  const held = new Promise<Outcome>((resolve) => (end = resolve));
  return { work: () => held, end };
}

const done = (): Promise<Outcome> => Promise.resolve(DONE);
const never = (): Promise<Outcome> => Promise.reject(new Error('must not run'));

let store: ScriptedStore;
let runs: LeasedRuns;

beforeAll(() => Logger.overrideLogger(false));

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  store = new ScriptedStore();
  runs = new LeasedRuns(store, 60_000);
});

afterEach(() => {
  jest.useRealTimers();
});

const turns = async (): Promise<void> => {
  for (let count = 0; count < 5; count += 1) await new Promise((resume) => setImmediate(resume));
};
const pass = async (milliseconds: number): Promise<void> => {
  jest.advanceTimersByTime(milliseconds);
  await turns();
};

describe('a run', () => {
  it('is claimed before its work and completed after it', async () => {
    const order: string[] = [];
    const work = (): Promise<Outcome> => {
      order.push(...store.asked, 'work');
      return done();
    };
    expect(await runs.runOnce(claimOf('1'), work)).toEqual({ kind: 'ran', outcome: DONE });
    expect([...order, ...store.asked.slice(1)]).toEqual(['claim', 'work', 'complete']);
    expect(store.requests[1]).toMatchObject({ windowMs: 60_000 });
  });

  it('is remembered for its handler’s window where that says one', async () => {
    await runs.runOnce({ ...claimOf('1'), windowMs: 1_000 }, done);
    expect(store.requests[1]).toMatchObject({ kind: 'complete', windowMs: 1_000 });
  });

  it('claims with the ticket that its assignment was given', async () => {
    await runs.runOnce(claimOf('1'), done);
    await runs.runOnce(claimOf('2'), done);
    const tickets = store.requests.flatMap((request) =>
      request.kind === 'claim' ? [request.ticket] : [],
    );
    expect(tickets).toEqual([undefined, 5]);
  });

  it('renews its claim while the work lasts, and not after it', async () => {
    const { work, end } = heldWork();
    const running = runs.runOnce(claimOf('1'), work);
    await turns();
    await pass(LEASE_MS * 2);
    expect(store.asked.filter((kind) => kind === 'renew').length).toBeGreaterThanOrEqual(4);
    end(DONE);
    await running;
    const { length } = store.asked;
    await pass(LEASE_MS * 2);
    expect(store.asked).toHaveLength(length);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('renews nothing more once its claim was taken over', async () => {
    const { work, end } = heldWork();
    const running = runs.runOnce(claimOf('1'), work);
    await turns();
    store.answers = { ...store.answers, renew: 'lost', complete: 'lost' };
    await pass(LEASE_MS);
    const renewals = store.asked.filter((kind) => kind === 'renew').length;
    await pass(LEASE_MS);
    expect(store.asked.filter((kind) => kind === 'renew')).toHaveLength(renewals);
    end(DONE);
    expect(await running).toEqual({ kind: 'busy' });
  });

  it('that failed gives its error also when the store cannot be told', async () => {
    const error = new Error('plain');
    const failing = runs.runOnce(claimOf('1'), () => {
      store.isDown = true;
      return Promise.reject(error);
    });
    await expect(failing).rejects.toBe(error);
  });

  it('is busy here without a question while a copy of it runs here', async () => {
    const { work, end } = heldWork();
    const running = runs.runOnce(claimOf('1'), work);
    await turns();
    expect(await runs.runOnce(claimOf('1'), never)).toEqual({ kind: 'busy' });
    expect(store.asked).toEqual(['claim']);
    end(DONE);
    await running;
  });
});

describe('a run whose completion was not answered', () => {
  const runUnrecorded = async (): Promise<void> => {
    const running = runs.runOnce(claimOf('1'), () => {
      store.isDown = true;
      return done();
    });
    await expect(running).rejects.toBeInstanceOf(DependencyUnavailableError);
  };

  it('is completed at the next try, without its work', async () => {
    await runUnrecorded();
    await expect(runs.runOnce(claimOf('1'), never)).rejects.toBeInstanceOf(
      DependencyUnavailableError,
    );
    store.isDown = false;
    expect(await runs.runOnce(claimOf('1'), never)).toEqual({ kind: 'ran', outcome: DONE });
    expect(store.asked).toEqual(['claim', 'complete', 'complete', 'complete']);
  });

  it('is completed also when nobody tries again', async () => {
    await runUnrecorded();
    await pass(LEASE_MS / 3);
    store.isDown = false;
    await pass(LEASE_MS / 3);
    expect(store.asked).toEqual(['claim', 'complete', 'complete', 'complete']);
    await pass(LEASE_MS);
    expect(store.asked).toHaveLength(4);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is busy when somebody has taken it over meanwhile', async () => {
    await runUnrecorded();
    store.isDown = false;
    store.answers = { ...store.answers, complete: 'lost' };
    expect(await runs.runOnce(claimOf('1'), never)).toEqual({ kind: 'busy' });
    store.answers = { ...store.answers, claim: 'duplicate' };
    expect(await runs.runOnce(claimOf('1'), never)).toEqual({ kind: 'duplicate' });
  });
});
