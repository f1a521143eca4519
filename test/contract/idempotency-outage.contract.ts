import type { IdempotencyProvider } from '../../src/idempotency/index.js';
import { DependencyUnavailableError, DONE, type Outcome } from '../../src/record/index.js';
import { eventually } from '../support/eventually.js';
import { claimOf, recordClaimOf, settle } from './idempotency.contract.js';

/** A store of the suite's own, whose server and wire it may damage. */
export interface DamagedStore {
  readonly provider: IdempotencyProvider;
  /** A process that is not behind the damaged wire. */
  readonly another: IdempotencyProvider;
  readonly server: {
    stop(): Promise<unknown>;
    start(): Promise<unknown>;
    kill(): Promise<unknown>;
    signal(name: NodeJS.Signals): Promise<unknown>;
  };
  readonly wire: { hold(): void; cut(): void; heal(): void };
  /** Whether the store holds anything of that message, asked past everything. */
  knows(id: string): Promise<boolean>;
  /** Whether it holds that the message has run. */
  hasRun(id: string): Promise<boolean>;
}

const done = (): Promise<Outcome> => Promise.resolve(DONE);
const never = (): Promise<Outcome> => Promise.reject(new Error('must not run'));

/** What lease stores promise while their server fails. One story: each test leaves the server as it found it. */
export function outageContract(open: () => Promise<DamagedStore>): void {
  let store: DamagedStore;
  let counted = 0;
  const freshId = (): string => `id:outage-${process.pid}-${(counted += 1)}`;
  /** Of one record, so that its next attempt asks as the same one. */
  const claimOfRecord = (id: string) => recordClaimOf({ id, partition: 99, offset: counted });
  /** Asks again until the store answers. */
  const untilAnswered = async (id: string, work: () => Promise<Outcome>) => {
    let kind: string | undefined;
    await eventually(async () => {
      kind = (await settle(store.provider, claimOfRecord(id), work)).kind;
      return true;
    }, 'the store answers');
    return kind;
  };

  beforeAll(async () => {
    store = await open();
    await store.provider.runOnce(claimOf(freshId()), done);
  });

  it('waits while the server is down, without running, and goes on when it is back', async () => {
    const id = freshId();
    await store.server.stop();
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const asked = store.provider.runOnce(claimOfRecord(id), never);
      await expect(asked).rejects.toBeInstanceOf(DependencyUnavailableError);
    }
    await store.server.start();
    expect(await untilAnswered(id, done)).toBe('ran');
  });

  it('waits while the server stands still, and claims nothing twice when it goes on', async () => {
    const id = freshId();
    store.wire.hold();
    const asked = store.provider.runOnce(claimOfRecord(id), done);
    setTimeout(() => store.wire.heal(), 500).unref();
    expect(await asked).toMatchObject({ kind: 'ran' });
    expect(await store.another.runOnce(claimOf(id), never)).toEqual({ kind: 'duplicate' });
  });

  it('knows a claim again whose answer was lost', async () => {
    const id = freshId();
    store.wire.hold();
    const asked = store.provider.runOnce(claimOfRecord(id), never);
    const refused = expect(asked).rejects.toBeInstanceOf(DependencyUnavailableError);
    await eventually(() => store.knows(id), 'the claim has arrived');
    store.wire.cut();
    await refused;
    store.wire.heal();
    expect(await untilAnswered(id, done)).toBe('ran');
  });

  it('completes what had run when the answer to its completion was lost', async () => {
    const id = freshId();
    let runs = 0;
    const asked = store.provider.runOnce(claimOfRecord(id), () => {
      runs += 1;
      store.wire.hold();
      return done();
    });
    const refused = expect(asked).rejects.toBeInstanceOf(DependencyUnavailableError);
    await eventually(() => store.hasRun(id), 'the completion has arrived');
    store.wire.cut();
    await refused;
    store.wire.heal();
    expect(await untilAnswered(id, never)).toBe('ran');
    expect(runs).toBe(1);
    expect(await store.another.runOnce(claimOf(id), never)).toEqual({ kind: 'duplicate' });
  });

  it('completes what had run when the server is killed before it is told, without running it again', async () => {
    const id = freshId();
    const asked = store.provider.runOnce(claimOfRecord(id), async () => {
      await store.server.kill();
      return DONE;
    });
    await expect(asked).rejects.toBeInstanceOf(DependencyUnavailableError);
    await store.server.start();
    expect(await untilAnswered(id, never)).toBe('ran');
    await eventually(async () => {
      const copy = await store.another.runOnce(claimOf(id), never);
      return copy.kind === 'duplicate';
    }, 'a copy is a duplicate');
  });
}
