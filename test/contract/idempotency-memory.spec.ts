import { MemoryIdempotencyProvider } from '../../src/idempotency/index.js';
import { DONE, type Outcome } from '../../src/record/index.js';
import { storeSettings } from '../support/fresh-database.js';
import { claimOf, heldWork, idempotencyContract } from './idempotency.contract.js';

const done = (): Promise<Outcome> => Promise.resolve(DONE);
const withCache = (idempotency: { cacheSize: number; ttlMs?: number }) =>
  new MemoryIdempotencyProvider(storeSettings(undefined, { idempotency }));

describe('idempotency in memory', () => {
  idempotencyContract(() => {
    const provider = withCache({ cacheSize: 1_000 });
    return Promise.resolve({ provider, another: provider });
  });

  it('forgets what has long not been seen when it is full, and keeps what came again', async () => {
    const provider = withCache({ cacheSize: 2 });
    for (const id of ['id:1', 'id:2', 'id:3', 'id:1', 'id:4', 'id:5'])
      await provider.runOnce(claimOf(id), done);
    expect(provider.entries).toBeLessThanOrEqual(4);
    expect(await provider.runOnce(claimOf('id:1'), done)).toEqual({ kind: 'duplicate' });
    expect(await provider.runOnce(claimOf('id:2'), done)).toMatchObject({ kind: 'ran' });
  });

  it('never forgets a running message, however full it is', async () => {
    const provider = withCache({ cacheSize: 1 });
    const { work, begun, end } = heldWork();
    const first = provider.runOnce(claimOf('id:held'), work);
    await begun;
    for (const id of ['id:1', 'id:2', 'id:3']) await provider.runOnce(claimOf(id), done);
    expect(await provider.runOnce(claimOf('id:held'), done)).toEqual({ kind: 'busy' });
    end(DONE);
    await first;
  });

  it('forgets a message when its time is over', async () => {
    const provider = withCache({ cacheSize: 10, ttlMs: 40 });
    await provider.runOnce(claimOf('id:1'), done);
    expect(await provider.runOnce(claimOf('id:1'), done)).toEqual({ kind: 'duplicate' });
    await new Promise((resume) => setTimeout(resume, 80));
    expect(await provider.runOnce(claimOf('id:1'), done)).toMatchObject({ kind: 'ran' });
  });
});
