import { Logger } from '@nestjs/common';
import { PostgresConnections } from '../../src/connections/postgres/index.js';
import { ClaimRetention, PostgresLeaseIdempotencyProvider } from '../../src/idempotency/index.js';
import { DependencyUnavailableError, DONE, type Outcome } from '../../src/record/index.js';
import { freshDatabase, storeSettings, type FreshDatabase } from '../support/fresh-database.js';
import { claimOf, heldWork, idempotencyContract, settle } from './idempotency.contract.js';
import { leaseContract } from './idempotency-leases.contract.js';

interface Process {
  readonly connections: PostgresConnections;
  readonly provider: PostgresLeaseIdempotencyProvider;
  readonly retention: ClaimRetention;
}

let database: FreshDatabase;
const processes: Process[] = [];
const done = (): Promise<Outcome> => Promise.resolve(DONE);

/** What one service process has: its own connections and its own claims. */
function startProcess(url = database.url): Process {
  const settings = storeSettings(url, { idempotency: { cacheSize: 10 } });
  const connections = new PostgresConnections(settings);
  const retention = new ClaimRetention(connections, settings);
  const provider = new PostgresLeaseIdempotencyProvider(connections, retention, settings);
  provider.prepare('orders');
  const started = { connections, provider, retention };
  processes.push(started);
  return started;
}

async function endLeases(): Promise<void> {
  await database.query(
    `UPDATE idempotency_leases SET lease_ends_at = now() - interval '1 ms' WHERE NOT is_done`,
  );
}

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await freshDatabase();
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

describe('idempotency in PostgreSQL apart from the effect', () => {
  idempotencyContract(() =>
    Promise.resolve({ provider: startProcess().provider, another: startProcess().provider }),
  );
  leaseContract(() =>
    Promise.resolve({
      provider: startProcess().provider,
      another: startProcess().provider,
      endLeases,
    }),
  );

  it('keeps a claim when the transaction of its handler is rolled back', async () => {
    const { connections, provider } = startProcess();
    const orders = connections.for('orders');
    const work = async (): Promise<Outcome> => {
      const failing = orders.transaction(() => orders.query('SELECT 1 / 0'));
      await failing.catch(() => undefined);
      return DONE;
    };
    expect(await provider.runOnce(claimOf('id:apart'), work)).toMatchObject({ kind: 'ran' });
    expect(await provider.runOnce(claimOf('id:apart'), work)).toEqual({ kind: 'duplicate' });
  });

  it('forgets in sweeps what has passed its window, and what was left by processes that are gone', async () => {
    const { provider, retention } = startProcess();
    const claims = [1_000, 3_600_000].map((windowMs) => ({
      ...claimOf(`id:window-${windowMs}`),
      windowMs,
    }));
    for (const claim of claims) await provider.runOnce(claim, done);
    await database.query(
      `UPDATE idempotency_leases
       SET expires_at = expires_at - interval '40 s', lease_ends_at = lease_ends_at - interval '40 s'
       WHERE id LIKE 'id:window-%'`,
    );
    await database.query(
      `INSERT INTO idempotency_leases VALUES ('s', 'id:gone', '', 'h', '', 1, false, now() - interval '1 s', now() - interval '1 s')`,
    );
    await retention.sweep();
    const rows = await database.query<{ id: string }>(
      `SELECT id FROM idempotency_leases WHERE id LIKE 'id:window-%' OR id = 'id:gone'`,
    );
    expect(rows).toEqual([{ id: 'id:window-3600000' }]);
  });

  it('does not give a message away that runs longer than it is to be remembered', async () => {
    const [mine, theirs] = [startProcess().provider, startProcess().provider];
    const { work, begun, end } = heldWork();
    const claim = { ...claimOf('id:long'), windowMs: 1_000 };
    const running = mine.runOnce(claim, work);
    await begun;
    await database.query(
      `UPDATE idempotency_leases SET expires_at = now() - interval '1 s' WHERE id = 'id:long'`,
    );
    expect(await theirs.runOnce(claimOf('id:long'), done)).toEqual({ kind: 'busy' });
    end(DONE);
    expect(await running).toMatchObject({ kind: 'ran' });
    expect(await theirs.runOnce(claimOf('id:long'), done)).toEqual({ kind: 'duplicate' });
  });

  it('changes no index where a message is completed within its lease', async () => {
    const { provider } = startProcess();
    let claimed: string | undefined;
    const expiry = async (): Promise<string> => {
      const [row] = await database.query<{ at: string }>(
        `SELECT expires_at::text AS at FROM idempotency_leases WHERE id = 'id:indexed'`,
      );
      return row!.at;
    };
    await provider.runOnce(claimOf('id:indexed'), async () => {
      claimed = await expiry();
      return DONE;
    });
    expect(await expiry()).toBe(claimed);
  });

  it('knows a message again whatever its id is made of', async () => {
    const { provider } = startProcess();
    for (const id of ['id:"', 'id:\\', 'id:\\"', 'id:{a,b}', "id:'; --", 'id:NULL', 'id:\u00e9']) {
      expect(await provider.runOnce(claimOf(id), done)).toMatchObject({ kind: 'ran' });
      expect(await provider.runOnce(claimOf(id), done)).toEqual({ kind: 'duplicate' });
    }
  });

  it('makes no deadlock when two processes get the same messages in opposite orders', async () => {
    const both = [startProcess(), startProcess()];
    const ids = Array.from({ length: 300 }, (_, index) => `id:order-${index}`);
    for (let round = 0; round < 5; round += 1) {
      const kinds = await Promise.all(
        both.flatMap(({ provider }, index) =>
          (index === 0 ? ids : [...ids].reverse()).map(async (id) => {
            const { kind } = await provider.runOnce(claimOf(`${id}-${round}`), done);
            return kind;
          }),
        ),
      );
      expect(kinds.filter((kind) => kind === 'ran')).toHaveLength(ids.length);
    }
    const [row] = await database.query<{ deadlocks: string }>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    expect(row).toEqual({ deadlocks: '0' });
  });

  it('claims each message once also where every transaction is serializable', async () => {
    const name = new URL(database.url).pathname.slice(1);
    const isolation = (level: string) =>
      database.query(`ALTER DATABASE ${name} SET default_transaction_isolation = '${level}'`);
    await isolation('serializable');
    const both = [startProcess(), startProcess()];
    const ids = Array.from({ length: 40 }, (_, index) => `id:serializable-${index}`);
    const kinds = await Promise.all(
      [...both, ...both].flatMap(({ provider }) =>
        ids.map(async (id) => (await settle(provider, claimOf(id), done)).kind),
      ),
    );
    await isolation('read committed');
    expect(kinds.filter((kind) => kind === 'ran')).toHaveLength(ids.length);
    expect(kinds.filter((kind) => kind === 'duplicate')).toHaveLength(ids.length * 3);
  });

  it('waits for a database whose table is not there, instead of running unprotected', async () => {
    const missing = new URL(database.url);
    missing.pathname += '_missing';
    const claim = startProcess(missing.href).provider.runOnce(claimOf('id:1'), done);
    await expect(claim).rejects.toBeInstanceOf(DependencyUnavailableError);
  });
});
