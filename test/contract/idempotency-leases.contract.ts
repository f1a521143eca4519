import type { IdempotencyProvider } from '../../src/idempotency/index.js';
import { DONE, PermanentError, type Outcome } from '../../src/record/index.js';
import { heldWork, recordClaimOf } from './idempotency.contract.js';

export interface LeasedProcesses {
  readonly provider: IdempotencyProvider;
  /** A second process on the same store. */
  readonly another: IdempotencyProvider;
  /** Lets the time pass in which a claim that nobody renews ends. */
  endLeases(): Promise<void>;
}

const done = (): Promise<Outcome> => Promise.resolve(DONE);
const never = (): Promise<Outcome> => Promise.reject(new Error('must not run'));

/** What stores promise that claim apart from the effect: who owns a record now is never kept waiting by who did. */
export function leaseContract(open: () => Promise<LeasedProcesses>): void {
  let processes: LeasedProcesses;
  let counted = 0;
  /** Claims of one message; of one record too unless told otherwise. In a partition of which nobody has claimed yet. */
  const freshMessage = () => {
    counted += 1;
    const id = `id:lease-${process.pid}-${counted}`;
    const partition = counted;
    return (offset = 1, name = id) => recordClaimOf({ id: name, partition, offset });
  };

  beforeAll(async () => {
    processes = await open();
  });

  describe('a claim', () => {
    it('of a record is taken over at once by the newer owner of its partition', async () => {
      const claim = freshMessage();
      const { work, begun, end } = heldWork();
      const first = processes.provider.runOnce(claim(), work);
      await begun;
      expect(await processes.another.runOnce(claim(), done)).toMatchObject({ kind: 'ran' });
      end(DONE);
      await first;
    });

    it('that was taken over cannot be completed: its owner is told busy, and then duplicate', async () => {
      const { provider, another } = processes;
      const claim = freshMessage();
      const [old, newer] = [heldWork(), heldWork()];
      const first = provider.runOnce(claim(), old.work);
      await old.begun;
      const second = another.runOnce(claim(), newer.work);
      await newer.begun;
      old.end(DONE);
      expect(await first).toEqual({ kind: 'busy' });
      expect(await provider.runOnce(claim(), never)).toEqual({ kind: 'busy' });
      newer.end(DONE);
      expect(await second).toMatchObject({ kind: 'ran' });
      expect(await provider.runOnce(claim(), never)).toEqual({ kind: 'duplicate' });
    });

    it('that was taken over cannot be released either', async () => {
      const { provider, another } = processes;
      const claim = freshMessage();
      const [old, newer] = [heldWork(), heldWork()];
      const first = provider.runOnce(claim(), old.work);
      await old.begun;
      const second = another.runOnce(claim(), newer.work);
      await newer.begun;
      old.fail(new PermanentError('did not work out'));
      await expect(first).rejects.toBeInstanceOf(PermanentError);
      expect(await provider.runOnce(claim(), never)).toEqual({ kind: 'busy' });
      newer.end(DONE);
      await second;
    });

    it('is not taken over by the older owner of its partition', async () => {
      const { provider, another } = processes;
      const claim = freshMessage();
      await provider.runOnce(claim(1, 'id:seen-by-the-older'), done);
      const { work, begun, end } = heldWork();
      const newer = another.runOnce(claim(2), work);
      await begun;
      expect(await provider.runOnce(claim(2), never)).toEqual({ kind: 'busy' });
      end(DONE);
      expect(await newer).toMatchObject({ kind: 'ran' });
    });

    it('is not taken over by another record of the same message, however new its owner', async () => {
      const claim = freshMessage();
      const { work, begun, end } = heldWork();
      const first = processes.provider.runOnce(claim(1), work);
      await begun;
      expect(await processes.another.runOnce(claim(2), never)).toEqual({ kind: 'busy' });
      end(DONE);
      expect(await first).toMatchObject({ kind: 'ran' });
    });

    it('of a process that is gone ends by itself', async () => {
      const claim = freshMessage();
      const { work, begun, end } = heldWork();
      const lost = processes.provider.runOnce(claim(1), work);
      await begun;
      await processes.endLeases();
      expect(await processes.another.runOnce(claim(2), done)).toMatchObject({ kind: 'ran' });
      end(DONE);
      expect(await lost).toEqual({ kind: 'busy' });
    });

    it('that ended by itself is completed all the same when nobody has taken it', async () => {
      const claim = freshMessage();
      const { work, begun, end } = heldWork();
      const first = processes.provider.runOnce(claim(), work);
      await begun;
      await processes.endLeases();
      end(DONE);
      expect(await first).toMatchObject({ kind: 'ran' });
      expect(await processes.another.runOnce(claim(), never)).toEqual({ kind: 'duplicate' });
    });
  });

  it('is asked by many records at once, each of which gets its own answer', async () => {
    const { provider, another } = processes;
    const claims = Array.from({ length: 700 }, () => freshMessage());
    const kinds = await Promise.all(
      claims.map(async (claim, index) => {
        const first = index % 2 === 0 ? provider : another;
        return (await first.runOnce(claim(1), done)).kind;
      }),
    );
    expect(new Set(kinds)).toEqual(new Set(['ran']));
    const again = await Promise.all(
      claims.map(async (claim, index) => {
        const second = index % 2 === 0 ? another : provider;
        return (await second.runOnce(claim(2), never)).kind;
      }),
    );
    expect(new Set(again)).toEqual(new Set(['duplicate']));
  });
}
