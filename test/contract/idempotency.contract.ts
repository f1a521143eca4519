import type {
  IdempotencyProvider,
  MessageClaim,
  RunOnceResult,
} from '../../src/idempotency/index.js';
import {
  DeliveryAbandoned,
  DONE,
  PermanentError,
  skipped,
  type Outcome,
} from '../../src/record/index.js';
import { deliveryOf } from '../support/deliveries.js';

/** Of this run alone: the server may know the ids from an earlier one. */
const SCOPE = `storage_loader/OrdersController.handle/orders-${process.pid}-${Date.now()}`;

let offset = 0;

/** Of a record of its own: what is the same message is told by the id alone. */
export function claimOf(id: string, value: Buffer | string = 'a', scope = SCOPE): MessageClaim {
  const fingerprint = Buffer.from(value as string).toString('base64');
  return recordClaimOf({ id, fingerprint, scope, partition: 0, offset: (offset += 1) });
}

/** Of one certain record: a claim of the same record elsewhere is its next owner's. */
export function recordClaimOf({
  id,
  partition,
  offset,
  fingerprint = 'YQ==',
  scope = SCOPE,
}: {
  readonly id: string;
  readonly partition: number;
  readonly offset: number;
  readonly fingerprint?: string;
  readonly scope?: string;
}): MessageClaim {
  const delivery = deliveryOf({ record: { partition, offset } });
  return { identity: { scope, id }, fingerprint, delivery };
}

/** Work that says how often it ran and ends when told to. */
export function heldWork() {
  let end: (outcome: Outcome) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const held = new Promise<Outcome>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  const work = (): Promise<Outcome> => {
    begin();
    return held;
  };
  return { work, begun, end, fail };
}

const done = (): Promise<Outcome> => Promise.resolve(DONE);
const never = (): Promise<Outcome> => Promise.reject(new Error('must not run'));

/** Asks again while busy, as the interceptor does. */
export async function settle(
  provider: IdempotencyProvider,
  claim: MessageClaim,
  work: () => Promise<Outcome>,
): Promise<RunOnceResult> {
  for (;;) {
    const result = await provider.runOnce(claim, work);
    if (result.kind !== 'busy') return result;
    await new Promise((resume) => setTimeout(resume, 10));
  }
}

/** What every store promises, whatever it stores in. `another` is a second process on the same store, if it has one. */
export function idempotencyContract(
  open: () => Promise<{ provider: IdempotencyProvider; another: IdempotencyProvider }>,
): void {
  let provider: IdempotencyProvider;
  let another: IdempotencyProvider;
  let counted = 0;
  const freshId = (): string => `id:${process.pid}-${(counted += 1)}`;

  beforeAll(async () => {
    ({ provider, another } = await open());
    provider.prepare('orders');
    another.prepare('orders');
  });

  describe('a message that is new', () => {
    it('runs and gives its outcome', async () => {
      expect(await provider.runOnce(claimOf(freshId()), done)).toEqual({
        kind: 'ran',
        outcome: DONE,
      });
    });

    it('runs again when its work failed, whose error passes as it is', async () => {
      const id = freshId();
      for (const error of [
        new Error('plain'),
        new PermanentError('permanent'),
        new DeliveryAbandoned('revoked'),
      ]) {
        const work = provider.runOnce(claimOf(id), () => Promise.reject(error));
        await expect(work).rejects.toBe(error);
      }
      expect(await another.runOnce(claimOf(id), done)).toMatchObject({ kind: 'ran' });
    });

    it('runs again when its work threw before it returned a promise', async () => {
      const id = freshId();
      const work = provider.runOnce(claimOf(id), () => {
        throw new PermanentError('at once');
      });
      await expect(work).rejects.toBeInstanceOf(PermanentError);
      expect(await provider.runOnce(claimOf(id), done)).toMatchObject({ kind: 'ran' });
    });
  });

  describe('a message that has run', () => {
    it('is a duplicate ever after, and its work is not called', async () => {
      const id = freshId();
      await provider.runOnce(claimOf(id), done);
      expect(await provider.runOnce(claimOf(id), never)).toEqual({ kind: 'duplicate' });
      expect(await another.runOnce(claimOf(id), never)).toEqual({ kind: 'duplicate' });
    });

    it('counts as run when its handler skipped it', async () => {
      const id = freshId();
      const outcome = skipped('not for us');
      expect(await provider.runOnce(claimOf(id), () => Promise.resolve(outcome))).toEqual({
        kind: 'ran',
        outcome,
      });
      expect(await provider.runOnce(claimOf(id), never)).toEqual({ kind: 'duplicate' });
    });

    it('conflicts with another value under its id, and stays what it was', async () => {
      const id = freshId();
      await provider.runOnce(claimOf(id, 'a'), done);
      expect(await provider.runOnce(claimOf(id, 'b'), never)).toEqual({ kind: 'conflict' });
      expect(await another.runOnce(claimOf(id, 'b'), never)).toEqual({ kind: 'conflict' });
      expect(await provider.runOnce(claimOf(id, 'a'), never)).toEqual({ kind: 'duplicate' });
    });

    it('is told from another value by bytes, of which none is one case', async () => {
      const values = [
        Buffer.alloc(0),
        Buffer.from([0]),
        Buffer.from([0xc3, 0x28]),
        Buffer.from([0xff]),
      ];
      for (const [index, mine] of values.entries()) {
        const id = freshId();
        await provider.runOnce(claimOf(id, mine), done);
        for (const [other, theirs] of values.entries()) {
          expect(await provider.runOnce(claimOf(id, theirs), never)).toEqual({
            kind: index === other ? 'duplicate' : 'conflict',
          });
        }
      }
    });

    it('says nothing about the same id in another scope, or another id', async () => {
      const id = freshId();
      await provider.runOnce(claimOf(id), done);
      const scopes = [
        'reporter_app/A.handle/orders',
        'storage_loader/B.handle/orders',
        `${SCOPE}2`,
      ];
      for (const scope of scopes) {
        expect(await provider.runOnce(claimOf(id, 'a', scope), done)).toMatchObject({
          kind: 'ran',
        });
      }
      expect(await provider.runOnce(claimOf(`${id} `), done)).toMatchObject({ kind: 'ran' });
    });

    it.each([
      `id:'"\\%_`,
      `id:${'ü'.repeat(120)}`,
      'id:日本語 𝒳',
      'id:constructor',
      'id:__proto__',
    ])('is recognised by the id %s', async (id) => {
      expect(await provider.runOnce(claimOf(id), done)).toMatchObject({ kind: 'ran' });
      expect(await provider.runOnce(claimOf(id), never)).toEqual({ kind: 'duplicate' });
    });
  });

  describe('a message that is running', () => {
    it('is busy for everybody else, and a duplicate once it has run', async () => {
      const id = freshId();
      const { work, begun, end } = heldWork();
      const first = provider.runOnce(claimOf(id), work);
      await begun;
      expect(await provider.runOnce(claimOf(id), never)).toEqual({ kind: 'busy' });
      expect(await another.runOnce(claimOf(id), never)).toEqual({ kind: 'busy' });
      end(DONE);
      expect(await first).toMatchObject({ kind: 'ran' });
      expect(await another.runOnce(claimOf(id), never)).toEqual({ kind: 'duplicate' });
    });

    it('is busy for another value too: whether that conflicts is known when it has ended', async () => {
      const id = freshId();
      const { work, begun, fail } = heldWork();
      const first = provider.runOnce(claimOf(id, 'a'), work);
      await begun;
      expect(await another.runOnce(claimOf(id, 'b'), never)).toEqual({ kind: 'busy' });
      fail(new PermanentError('did not work out'));
      await expect(first).rejects.toBeInstanceOf(PermanentError);
      expect(await another.runOnce(claimOf(id, 'b'), done)).toMatchObject({ kind: 'ran' });
    });

    it('does not delay another message', async () => {
      const { work, begun, end } = heldWork();
      const first = provider.runOnce(claimOf(freshId()), work);
      await begun;
      expect(await provider.runOnce(claimOf(freshId()), done)).toMatchObject({ kind: 'ran' });
      end(DONE);
      await first;
    });
  });

  it('runs one of many copies, never two at once, also when the first ones fail', async () => {
    const id = freshId();
    let [running, most, runs] = [0, 0, 0];
    const work = async (): Promise<Outcome> => {
      running += 1;
      runs += 1;
      const isEarly = runs <= 2;
      most = Math.max(most, running);
      await new Promise((resume) => setTimeout(resume, 5));
      running -= 1;
      if (isEarly) throw new PermanentError('one of the first two');
      return DONE;
    };
    const copies = Array.from({ length: 20 }, (_, index) =>
      settle(index % 2 === 0 ? provider : another, claimOf(id), work).then(
        ({ kind }) => kind,
        () => 'failed' as const,
      ),
    );
    const kinds = await Promise.all(copies);
    expect(most).toBe(1);
    expect(kinds.filter((kind) => kind === 'ran')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'failed')).toHaveLength(2);
    expect(kinds.filter((kind) => kind === 'duplicate')).toHaveLength(17);
  });
}
