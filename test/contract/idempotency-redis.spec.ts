import { Logger } from '@nestjs/common';
import { RedisConnections } from '../../src/connections/redis/index.js';
import { RedisIdempotencyProvider, RedisLeaseStore } from '../../src/idempotency/index.js';
import { DONE, type Outcome } from '../../src/record/index.js';
import { askPast, describeWithRedis, redisSettings, sharedRedis } from '../support/redis.js';
import { claimOf, idempotencyContract } from './idempotency.contract.js';
import { leaseContract } from './idempotency-leases.contract.js';

const started: RedisConnections[] = [];
const done = (): Promise<Outcome> => Promise.resolve(DONE);

/** What one service process has: its own connection and its own claims. */
function startProcess(ttlMs?: number): RedisIdempotencyProvider {
  const settings = redisSettings(sharedRedis(), ttlMs);
  const connections = new RedisConnections(settings);
  started.push(connections);
  return new RedisIdempotencyProvider(connections, new RedisLeaseStore(connections), settings);
}

/** Keys that begin so, with what they hold. */
async function keysOf(part: string): Promise<string[]> {
  return askPast(sharedRedis(), (client) => client.keys(`millrace:once*${part}*`));
}

/** As if the lease of every running message had passed: the others keep what they have. */
async function endLeases(): Promise<void> {
  await askPast(sharedRedis(), async (client) => {
    for (const key of await client.keys('millrace:once:*id:lease-*')) {
      if ((await client.get(key))?.startsWith('r\n')) await client.del(key);
    }
  });
}

beforeAll(() => Logger.overrideLogger(false));

afterAll(() => {
  for (const connections of started) connections.close();
});

describeWithRedis('idempotency in Redis', () => {
  idempotencyContract(() => Promise.resolve({ provider: startProcess(), another: startProcess() }));
  leaseContract(() =>
    Promise.resolve({ provider: startProcess(), another: startProcess(), endLeases }),
  );

  it('remembers a message for its window, which is the key’s time to live', async () => {
    const id = `id:window-${process.pid}`;
    const ttlOf = async (): Promise<number> => {
      const [key] = await keysOf(id);
      return askPast(sharedRedis(), (client) => client.pttl(key!));
    };
    await startProcess(60_000).runOnce(claimOf(id), done);
    expect(await ttlOf()).toBeLessThanOrEqual(60_000);
    expect(await ttlOf()).toBeGreaterThan(30_000);
    await startProcess().runOnce({ ...claimOf(`${id}-own`), windowMs: 3_600_000 }, done);
    const [own] = await keysOf(`${id}-own`);
    expect(await askPast(sharedRedis(), (client) => client.pttl(own!))).toBeGreaterThan(3_000_000);
  });

  it('keeps long identities apart by their hash', async () => {
    const provider = startProcess();
    const long = (end: string) =>
      claimOf(`id:${'ü'.repeat(300)}${process.pid}${end}`, 'a', 's'.repeat(400));
    expect(await provider.runOnce(long('1'), done)).toMatchObject({ kind: 'ran' });
    expect(await provider.runOnce(long('2'), done)).toMatchObject({ kind: 'ran' });
    expect(await provider.runOnce(long('1'), done)).toEqual({ kind: 'duplicate' });
    expect(await keysOf('ü'.repeat(200))).toEqual([]);
  });
});
