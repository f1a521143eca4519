import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { RedisConnections } from '../../src/connections/redis/index.js';
import { RedisIdempotencyProvider, RedisLeaseStore } from '../../src/idempotency/index.js';
import { DependencyUnavailableError, DONE, type Outcome } from '../../src/record/index.js';
import {
  askPast,
  describeWithRedis,
  redisSettings,
  startOwnRedis,
  type RedisServer,
} from '../support/redis.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { claimOf } from './idempotency.contract.js';
import { outageContract, type DamagedStore } from './idempotency-outage.contract.js';

interface Process {
  readonly provider: RedisIdempotencyProvider;
  readonly connections: RedisConnections;
  readonly store: RedisLeaseStore;
}

const done = (): Promise<Outcome> => Promise.resolve(DONE);
const started: Process[] = [];
let server: RedisServer;
let proxy: TcpProxy;

function startProcess(url = server.url): Process {
  const settings = redisSettings(url);
  const connections = new RedisConnections(settings);
  const store = new RedisLeaseStore(connections);
  const provider = new RedisIdempotencyProvider(connections, store, settings);
  provider.prepare('orders');
  started.push({ provider, connections, store });
  return started.at(-1)!;
}

const ask = <Answer>(question: (client: Redis) => Promise<Answer>): Promise<Answer> =>
  askPast(server.url, question);

async function valuesOf(id: string): Promise<readonly (string | null)[]> {
  return ask(async (client) => {
    const keys = await client.keys(`millrace:once:*${id}`);
    return Promise.all(keys.map((key) => client.get(key)));
  });
}

async function damagedStore(): Promise<DamagedStore> {
  return Promise.resolve({
    provider: startProcess(`redis://${proxy.address}`).provider,
    another: startProcess().provider,
    server,
    wire: {
      hold: () => proxy.set({ kind: 'blackhole', direction: 'to-client' }),
      cut: () => proxy.set({ kind: 'reset' }),
      heal: () => proxy.set({ kind: 'pass' }),
    },
    knows: async (id) => (await valuesOf(id)).length > 0,
    hasRun: async (id) => (await valuesOf(id)).some((value) => value?.startsWith('d\n')),
  });
}

describeWithRedis('idempotency in a Redis that fails', () => {
  const settled = { provider: undefined as unknown as RedisIdempotencyProvider };

  beforeAll(async () => {
    Logger.overrideLogger(false);
    server = await startOwnRedis({ appendfsync: 'always' });
    proxy = await TcpProxy.listen(server.port);
    settled.provider = startProcess().provider;
  });

  afterAll(async () => {
    for (const { connections } of started) connections.close();
    await proxy.close();
    await server.stop();
  });

  outageContract(damagedStore);

  const refuses = async (claim = claimOf(`id:refused-${process.pid}`)): Promise<string> => {
    const error: unknown = await settled.provider
      .runOnce(claim, done)
      .catch((each: unknown) => each);
    expect(error).toBeInstanceOf(DependencyUnavailableError);
    return (error as Error).message;
  };

  it('goes on when the server has forgotten its scripts', async () => {
    await ask((client) => client.script('FLUSH'));
    expect(await settled.provider.runOnce(claimOf('id:scripts'), done)).toMatchObject({
      kind: 'ran',
    });
  });

  it('waits for a server that is full, and for one that has become a replica', async () => {
    const { connections } = startProcess();
    const ping = () => connections.pings()[0]!.ping();
    await ask((client) => client.config('SET', 'maxmemory', '1'));
    expect(await refuses()).toContain('OOM');
    await expect(ping()).rejects.toBeInstanceOf(DependencyUnavailableError);
    await ask((client) => client.config('SET', 'maxmemory', '0'));
    await ping();
    await ask((client) => client.replicaof('127.0.0.1', 1));
    expect(await refuses()).toContain('READONLY');
    await expect(ping()).rejects.toBeInstanceOf(DependencyUnavailableError);
    await ask((client) => client.replicaof('NO', 'ONE'));
    await ping();
  });

  it('names a server that refuses the password, and not the password', async () => {
    await ask((client) => client.config('SET', 'requirepass', 'right'));
    const wrong = startProcess(`redis://:hunter2@127.0.0.1:${server.port}`);
    const unmet = await wrong.connections.unmet('orders');
    expect(unmet).toContain(`Redis at 127.0.0.1:${server.port}`);
    expect(unmet).not.toContain('hunter2');
    const right = startProcess(`redis://:right@127.0.0.1:${server.port}`);
    expect(await right.connections.unmet('orders')).toBeUndefined();
    await askPast(`redis://:right@127.0.0.1:${server.port}`, (client) =>
      client.config('SET', 'requirepass', ''),
    );
  });

  it('warns of a server that evicts what it had stored', async () => {
    await ask((client) => client.config('SET', 'maxmemory-policy', 'allkeys-lru'));
    const warn = jest.spyOn(Logger.prototype, 'warn');
    for (let start = 1; start <= 2; start += 1) {
      const { connections } = startProcess();
      expect(await connections.unmet('orders')).toBeUndefined();
      const text = 'set maxmemory-policy to noeviction, or what was handled may be forgotten';
      expect(warn.mock.calls).toEqual([[text, { maxmemoryPolicy: 'allkeys-lru' }]]);
      await ask((client) => client.config('SET', 'maxmemory-policy', 'noeviction'));
    }
    warn.mockRestore();
  });

  it('completes what runs while everything is flushed, runs what it has forgotten, and says so once', async () => {
    const [one, other] = [startProcess(), startProcess()];
    for (const { provider } of [one, other]) await provider.runOnce(claimOf('id:before'), done);
    const work = async (): Promise<Outcome> => {
      await ask((client) => client.flushall());
      return DONE;
    };
    expect(await one.provider.runOnce(claimOf('id:meanwhile'), work)).toMatchObject({
      kind: 'ran',
    });
    expect(await one.provider.runOnce(claimOf('id:meanwhile'), done)).toEqual({
      kind: 'duplicate',
    });
    expect(await other.provider.runOnce(claimOf('id:before'), done)).toMatchObject({ kind: 'ran' });
    await one.provider.runOnce(claimOf('id:after'), done);
    expect([one.store.losses, other.store.losses]).toEqual([1, 1]);
  });

  it('notices a failover that has lost the last writes', async () => {
    const { provider, store } = startProcess();
    await provider.runOnce(claimOf('id:kept'), done);
    const behind = await ask((client) => client.hget('millrace:once', 'batches'));
    for (const id of ['id:lost-1', 'id:lost-2']) await provider.runOnce(claimOf(id), done);
    const error = jest.spyOn(Logger.prototype, 'error');
    await ask((client) => client.hset('millrace:once', 'batches', behind!));
    await provider.runOnce(claimOf('id:next'), done);
    expect(store.losses).toBe(1);
    // A claim and a completion for each of the two.
    expect(error.mock.calls[0]![1]).toEqual({ batchesLost: 4 });
    error.mockRestore();
    await provider.runOnce(claimOf('id:next-but-one'), done);
    expect(store.losses).toBe(1);
  });
});
