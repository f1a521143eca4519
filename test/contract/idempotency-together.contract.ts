import type {
  IdempotencyProvider,
  MessageClaim,
  TogetherResult,
} from '../../src/idempotency/index.js';
import { DONE, PermanentError, type BatchedResult } from '../../src/record/index.js';
import { claimOf, heldWork } from './idempotency.contract.js';

type TogetherProvider = Required<Pick<IdempotencyProvider, 'runTogether'>> & IdempotencyProvider;

const kinds = (results: readonly TogetherResult[]) => results.map(({ kind }) => kind);

/** Work that tells what it was given, and fails for those ids. */
function workFailingFor(...ids: readonly string[]) {
  const given: string[][] = [];
  const work = (claims: readonly MessageClaim[]): Promise<BatchedResult[]> => {
    given.push(claims.map(({ identity }) => identity.id));
    return Promise.resolve(
      claims.map(({ identity }) =>
        ids.includes(identity.id)
          ? { error: new PermanentError(`not ${identity.id}`) }
          : { outcome: DONE },
      ),
    );
  };
  return { given, work };
}

/** What every store promises that runs several messages in one transaction. */
export function togetherContract(
  open: () => Promise<{ provider: TogetherProvider; another: TogetherProvider }>,
): void {
  let provider: TogetherProvider;
  let another: TogetherProvider;
  let counted = 0;
  const freshIds = (count: number): string[] =>
    Array.from({ length: count }, () => `id:together-${process.pid}-${(counted += 1)}`);

  beforeAll(async () => {
    ({ provider, another } = await open());
  });

  describe('several messages together', () => {
    it('run once, and are duplicates ever after, together or alone', async () => {
      const ids = freshIds(3);
      const { given, work } = workFailingFor();
      const claims = ids.map((id) => claimOf(id));
      expect(kinds(await provider.runTogether(claims, work))).toEqual(['ran', 'ran', 'ran']);
      expect(kinds(await another.runTogether(claims, work))).toEqual(ids.map(() => 'duplicate'));
      expect(given).toEqual([ids]);
      const alone = await another.runOnce(claimOf(ids[1]!), () => Promise.resolve(DONE));
      expect(alone).toEqual({ kind: 'duplicate' });
    });

    it('have each its own answer', async () => {
      const [ran, other, fresh, failing] = freshIds(4) as [string, string, string, string];
      await provider.runTogether([claimOf(ran), claimOf(other)], workFailingFor().work);
      const { given, work } = workFailingFor(failing);
      const claims = [claimOf(ran), claimOf(fresh), claimOf(other, 'b'), claimOf(failing)];
      const results = await another.runTogether(claims, work);
      expect(kinds(results)).toEqual(['duplicate', 'ran', 'conflict', 'failed']);
      expect(results[3]).toMatchObject({ error: { message: `not ${failing}` } });
      expect(given).toEqual([[fresh, failing]]);
    });

    it('leave no trace of those that failed', async () => {
      const [good, bad] = freshIds(2) as [string, string];
      await provider.runTogether([claimOf(good), claimOf(bad)], workFailingFor(bad).work);
      const again = await another.runTogether([claimOf(good), claimOf(bad)], workFailingFor().work);
      expect(kinds(again)).toEqual(['duplicate', 'ran']);
    });

    it('leave no trace of any when the work rejects, whose error passes as it is', async () => {
      const claims = freshIds(2).map((id) => claimOf(id));
      const error = new PermanentError('all of them');
      const failing = provider.runTogether(claims, () => Promise.reject(error));
      await expect(failing).rejects.toBe(error);
      expect(kinds(await another.runTogether(claims, workFailingFor().work))).toEqual([
        'ran',
        'ran',
      ]);
    });

    it('do not call the work when nothing is left to do', async () => {
      const claims = freshIds(2).map((id) => claimOf(id));
      await provider.runTogether(claims, workFailingFor().work);
      const { given, work } = workFailingFor();
      await another.runTogether(claims, work);
      expect(given).toEqual([]);
    });
  });

  describe('copies of one message among them', () => {
    it('run once: the others are duplicates, or conflict', async () => {
      const [id] = freshIds(1) as [string];
      const { given, work } = workFailingFor();
      const claims = [claimOf(id), claimOf(id), claimOf(id, 'b')];
      expect(kinds(await provider.runTogether(claims, work))).toEqual([
        'ran',
        'duplicate',
        'conflict',
      ]);
      expect(given).toEqual([[id]]);
    });

    it('are busy when the first of them failed, and have run when one of them has', async () => {
      const [id] = freshIds(1) as [string];
      const claims = [claimOf(id), claimOf(id)];
      const failed = await provider.runTogether(claims, workFailingFor(id).work);
      expect(kinds(failed)).toEqual(['failed', 'busy']);
      const again = await provider.runTogether(claims.slice(1), workFailingFor().work);
      expect(kinds(again)).toEqual(['ran']);
    });
  });

  describe('those that run elsewhere', () => {
    it('are busy, and the others run', async () => {
      const [held, first, second] = freshIds(3) as [string, string, string];
      const { work, begun, end } = heldWork();
      const elsewhere = another.runOnce(claimOf(held), work);
      await begun;
      const claims = [claimOf(first), claimOf(held), claimOf(second)];
      for (const asked of [provider, another]) {
        const [one, busy, two] = kinds(await asked.runTogether(claims, workFailingFor().work));
        expect(busy).toBe('busy');
        expect([one, two]).toEqual(
          asked === provider ? ['ran', 'ran'] : ['duplicate', 'duplicate'],
        );
      }
      end(DONE);
      expect(await elsewhere).toMatchObject({ kind: 'ran' });
      expect(kinds(await provider.runTogether([claimOf(held)], workFailingFor().work))).toEqual([
        'duplicate',
      ]);
    });

    it('have each its own answer then too, also when the work rejects for one of them', async () => {
      const [held, good, bad] = freshIds(3) as [string, string, string];
      const { work, begun, end } = heldWork();
      const elsewhere = another.runOnce(claimOf(held), work);
      await begun;
      const results = await provider.runTogether(
        [held, bad, good].map((id) => claimOf(id)),
        (claims) =>
          claims.some(({ identity }) => identity.id === bad)
            ? Promise.reject(new PermanentError('bad'))
            : workFailingFor().work(claims),
      );
      expect(kinds(results)).toEqual(['busy', 'failed', 'ran']);
      end(DONE);
      await elsewhere;
    });

    it('are one message for two batches with many of them in another order', async () => {
      const ids = freshIds(40);
      const claims = ids.map((id) => claimOf(id));
      const work = workFailingFor();
      const settle = async (one: TogetherProvider, some: readonly MessageClaim[]) => {
        for (let left = some; left.length > 0;) {
          const results = await one.runTogether(left, work.work);
          left = left.filter((_, index) => results[index]!.kind === 'busy');
        }
      };
      await Promise.all([settle(provider, claims), settle(another, [...claims].reverse())]);
      const again = await provider.runTogether(claims, workFailingFor().work);
      expect(new Set(kinds(again))).toEqual(new Set(['duplicate']));
    });
  });
}
