import { Logger } from '@nestjs/common';
import { PostgresConnections } from '../../src/connections/postgres/index.js';
import { ClaimRetention, PostgresIdempotencyProvider } from '../../src/idempotency/index.js';
import { DependencyUnavailableError, DONE, type Outcome } from '../../src/record/index.js';
import { freshDatabase, storeSettings, type FreshDatabase } from '../support/fresh-database.js';
import { postgresProxy } from '../support/postgres-proxy.js';
import { claimOf, heldWork, idempotencyContract, settle } from './idempotency.contract.js';
import { togetherContract } from './idempotency-together.contract.js';

interface Process {
  readonly connections: PostgresConnections;
  readonly provider: PostgresIdempotencyProvider;
  readonly retention: ClaimRetention;
}

let database: FreshDatabase;
const processes: Process[] = [];

/** What one service process has: its own connections and its own provider. */
function startProcess(options: { url?: string; poolSize?: number; ttlMs?: number } = {}): Process {
  const settings = storeSettings(options.url ?? database.url, {
    poolSize: options.poolSize ?? 4,
    idempotency: { cacheSize: 10, ttlMs: options.ttlMs },
  });
  const connections = new PostgresConnections(settings);
  const retention = new ClaimRetention(connections, settings);
  const provider = new PostgresIdempotencyProvider(connections, retention);
  provider.prepare('orders');
  const started = { connections, provider, retention };
  processes.push(started);
  return started;
}

const done = (): Promise<Outcome> => Promise.resolve(DONE);

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await freshDatabase();
  await database.query('CREATE TABLE effects (message text)');
});

afterAll(async () => {
  await Promise.all(
    processes.map(({ connections, retention }) => {
      retention.onModuleDestroy();
      return connections.close();
    }),
  );
  await database.drop();
});

const effects = async (message: string): Promise<number> =>
  (await database.query('SELECT 1 FROM effects WHERE message = $1', [message])).length;

const effectThrough =
  ({ connections }: Process, message: string) =>
  async (): Promise<Outcome> => {
    await connections.for('orders').query('INSERT INTO effects VALUES ($1)', [message]);
    return DONE;
  };

describe('idempotency in PostgreSQL', () => {
  idempotencyContract(() =>
    Promise.resolve({ provider: startProcess().provider, another: startProcess().provider }),
  );

  togetherContract(() =>
    Promise.resolve({ provider: startProcess().provider, another: startProcess().provider }),
  );

  it('commits the claims and the effects of a batch together, and those of the failed without a claim', async () => {
    const process = startProcess();
    const claims = ['id:batch-1', 'id:batch-2'].map((id) => claimOf(id));
    const failing = process.provider.runTogether(claims, async () => {
      await effectThrough(process, 'batch')();
      throw new Error('after the effect');
    });
    await expect(failing).rejects.toThrow('after the effect');
    expect(await effects('batch')).toBe(0);
    await process.provider.runTogether(claims, async () => {
      await effectThrough(process, 'batch')();
      return [{ outcome: DONE }, { error: new Error('this one not') }];
    });
    expect(await effects('batch')).toBe(1);
    const known = await database.query<{ id: string }>(
      `SELECT id FROM idempotency_claims WHERE id LIKE 'id:batch-%'`,
    );
    expect(known).toEqual([{ id: 'id:batch-1' }]);
  });

  it('learns from the rows what a lost answer to the COMMIT of a batch left unknown', async () => {
    const proxy = await postgresProxy(database.url);
    const process = startProcess({ url: proxy.url });
    await process.connections.unmet('orders');
    proxy.loseNextCommitAnswer();
    const claims = ['id:lost-1', 'id:lost-2'].map((id) => claimOf(id));
    const work = async () => {
      await effectThrough(process, 'lost batch')();
      return [{ outcome: DONE }, { outcome: DONE }];
    };
    const first = process.provider.runTogether(claims, work);
    await expect(first).rejects.toBeInstanceOf(DependencyUnavailableError);
    let kinds: string[] = ['busy'];
    while (kinds.includes('busy')) {
      kinds = (await process.provider.runTogether(claims, work)).map(({ kind }) => kind);
    }
    expect(kinds).toEqual(['duplicate', 'duplicate']);
    expect(await effects('lost batch')).toBe(1);
    await process.connections.close();
    await proxy.close();
  });

  it('commits the claim and the effect together, or neither', async () => {
    const process = startProcess();
    const failing = process.provider.runOnce(claimOf('id:both'), async () => {
      await effectThrough(process, 'both')();
      throw new Error('after the effect');
    });
    await expect(failing).rejects.toThrow('after the effect');
    expect(await effects('both')).toBe(0);
    await process.provider.runOnce(claimOf('id:both'), effectThrough(process, 'both'));
    expect(await effects('both')).toBe(1);
  });

  it('learns from the row what a lost answer to COMMIT left unknown', async () => {
    const proxy = await postgresProxy(database.url);
    const process = startProcess({ url: proxy.url });
    await process.connections.unmet('orders');
    proxy.loseNextCommitAnswer();
    const work = effectThrough(process, 'unknown');
    const first = process.provider.runOnce(claimOf('id:unknown'), work);
    await expect(first).rejects.toBeInstanceOf(DependencyUnavailableError);
    expect(await settle(process.provider, claimOf('id:unknown'), work)).toEqual({
      kind: 'duplicate',
    });
    expect(await effects('unknown')).toBe(1);
    await process.connections.close();
    await proxy.close();
  });

  it('runs again after a connection that broke before COMMIT', async () => {
    const process = startProcess();
    const first = process.provider.runOnce(claimOf('id:broken'), async () => {
      await effectThrough(process, 'broken')();
      await database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE state = 'idle in transaction' AND datname = current_database()`,
      );
      return DONE;
    });
    await expect(first).rejects.toBeInstanceOf(DependencyUnavailableError);
    const work = effectThrough(process, 'broken');
    await settle(process.provider, claimOf('id:broken'), work);
    expect(await effects('broken')).toBe(1);
  });

  it('finds a copy in its own process busy without a connection', async () => {
    const { provider } = startProcess({ poolSize: 1 });
    const { work, begun, end } = heldWork();
    const first = provider.runOnce(claimOf('id:single'), work);
    await begun;
    expect(await provider.runOnce(claimOf('id:single'), done)).toEqual({ kind: 'busy' });
    end(DONE);
    await first;
  });

  it('leaves a handler its own waits for locks, and does not take their end for a busy claim', async () => {
    const { provider, connections } = startProcess();
    const orders = connections.for('orders');
    await provider.runOnce(claimOf('id:patience'), async () => {
      const [row] = await orders.query<{ lock_timeout: string }>('SHOW lock_timeout');
      expect(row).toEqual({ lock_timeout: '0' });
      return DONE;
    });
    const failing = provider.runOnce(claimOf('id:own-lock'), async () => {
      await orders.query(`DO $$ BEGIN RAISE EXCEPTION 'held' USING ERRCODE = '55P03'; END $$`);
      return DONE;
    });
    await expect(failing).rejects.toMatchObject({ code: '55P03' });
  });

  it('refuses a claim inside a transaction that is open already', async () => {
    const { provider, connections } = startProcess();
    const nested = connections
      .for('orders')
      .transaction(() => provider.runOnce(claimOf('id:nested'), done));
    await expect(nested).rejects.toMatchObject({ code: 'CLAIM_INSIDE_TRANSACTION' });
  });

  it('waits for a database whose table is not there, instead of running unprotected', async () => {
    const missing = new URL(database.url);
    missing.pathname += '_missing';
    const { provider } = startProcess({ url: missing.href });
    const claim = provider.runOnce(claimOf('id:1'), done);
    await expect(claim).rejects.toBeInstanceOf(DependencyUnavailableError);
  });

  it('forgets what is older than its time to live, and nothing else', async () => {
    const { provider, retention } = startProcess({ ttlMs: 60_000 });
    for (const id of ['id:old', 'id:young']) await provider.runOnce(claimOf(id), done);
    await database.query(
      `UPDATE idempotency_claims SET claimed_at = now() - interval '61 seconds' WHERE id = 'id:old'`,
    );
    expect(await retention.sweep()).toBe(1);
    expect(await provider.runOnce(claimOf('id:young'), done)).toEqual({ kind: 'duplicate' });
    expect(await provider.runOnce(claimOf('id:old'), done)).toMatchObject({ kind: 'ran' });
  });

  it('remembers a message for the window of its handler, and no longer than a sweep after it', async () => {
    const { provider, retention } = startProcess();
    const [short, long] = [1_000, 3_600_000].map((windowMs) => ({
      ...claimOf(`id:window-${windowMs}`),
      windowMs,
    }));
    for (const claim of [short!, long!]) await provider.runOnce(claim, done);
    expect(await provider.runOnce(short!, done)).toEqual({ kind: 'duplicate' });
    await database.query(
      `UPDATE idempotency_claims SET expires_at = expires_at - interval '2 seconds'`,
    );
    expect(await retention.sweep()).toBe(1);
    expect(await provider.runOnce(short!, done)).toMatchObject({ kind: 'ran' });
    expect(await provider.runOnce(long!, done)).toEqual({ kind: 'duplicate' });
  });

  it('makes one effect per message when two processes get everything twice', async () => {
    const both = [startProcess(), startProcess()];
    const messages = Array.from({ length: 60 }, (_, index) => `race-${index}`);
    const copies = [...both, ...both].flatMap((process) =>
      messages.map((message) =>
        settle(process.provider, claimOf(`id:${message}`), effectThrough(process, message)),
      ),
    );
    const kinds = (await Promise.all(copies)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'ran')).toHaveLength(60);
    const [row] = await database.query<{ all: string; distinct: string }>(
      `SELECT count(*) AS all, count(DISTINCT message) AS distinct FROM effects WHERE message LIKE 'race-%'`,
    );
    expect(row).toEqual({ all: '60', distinct: '60' });
  });
});
