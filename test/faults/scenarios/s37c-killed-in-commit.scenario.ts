import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { withConnection } from '../../../stack/postgres/index.mjs';
import type { World } from '../running/world.js';
import { MIXED_KINDS, type Scenario } from './scenario.js';

const DWELL_MS = 30;
const TURNS = 30;
const EVERY_MS = 100;

/** Backends whose transaction holds an effect and that nobody has asked to commit. */
const BEFORE_COMMIT = `state = 'idle in transaction' AND query LIKE 'INSERT INTO fault_effects%'`;
/** Backends that have committed and may not answer yet: they wait for a standby that does not exist. */
const COMMITTED = `wait_event = 'SyncRep'`;

async function terminate(client: Client, which: string): Promise<number> {
  const { rowCount } = await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND ${which}`,
  );
  return rowCount ?? 0;
}

/** Again and again; what it has ended is counted under that name. */
async function terminateOften(
  { postgres, measured }: World,
  which: string,
  name: string,
): Promise<void> {
  await withConnection(postgres!.url, async (client) => {
    for (let turn = 0; turn < TURNS; turn += 1) {
      measured[name] = (measured[name] ?? 0) + (await terminate(client, which));
      await sleep(EVERY_MS);
    }
  });
}

const terminateBefore = (world: World): Promise<void> =>
  terminateOften(world, BEFORE_COMMIT, 'terminatedBeforeCommit');

async function terminateAfter(world: World): Promise<void> {
  const ask = (sql: string): Promise<unknown> =>
    withConnection(world.postgres!.url, (client) => client.query(sql));
  await ask(`ALTER SYSTEM SET synchronous_standby_names = 'nobody'`);
  await ask('SELECT pg_reload_conf()');
  try {
    await terminateOften(world, COMMITTED, 'terminatedBeforeAnswer');
  } finally {
    await ask('ALTER SYSTEM RESET synchronous_standby_names');
    await ask('SELECT pg_reload_conf()');
  }
}

const NEEDED = ['terminatedBeforeCommit', 'terminatedBeforeAnswer'] as const;

export const scenario: Scenario = {
  id: 'S37C',
  title: 'PostgreSQL backends are killed between the effect and the answer to COMMIT',
  brokers: 1,
  members: 3,
  partitions: 12,
  store: 'postgres',
  environment: { FAULTS_DWELL_MS: String(DWELL_MS) },
  traffic: () => ({ seconds: 40, recordsPerSecond: 100, keys: 300, kinds: MIXED_KINDS }),
  faults: () => [
    {
      at: 4_000,
      fault: { kind: 'act', what: 'backends are terminated before COMMIT', act: terminateBefore },
    },
    {
      at: 10_000,
      fault: {
        ...{ kind: 'act', what: 'backends are terminated after COMMIT, before they answer' },
        act: terminateAfter,
      },
    },
    // The new owners ask for what it had under way while their own answers are lost.
    { at: 15_000, fault: { kind: 'pause', member: 0, forMs: 12_000 } },
    {
      at: 21_500,
      fault: {
        ...{ kind: 'act', what: 'the same while a member stands still' },
        act: terminateAfter,
      },
    },
    { at: 30_000, fault: { kind: 'kill', member: 1, backAfterMs: 0 } },
  ],
  bars: {
    noDuplicates: true,
    settledWithinMs: 60_000,
    also: ({ measured }) => {
      const missing = NEEDED.filter((name) => (measured[name] ?? 0) === 0);
      return Promise.resolve(
        missing.length === 0 ? undefined : `nothing was ${missing.join(', ')}`,
      );
    },
  },
};
