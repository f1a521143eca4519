import { setTimeout as sleep } from 'node:timers/promises';
import { withConnection } from '../../../stack/postgres/index.mjs';
import type { Step } from '../driver/schedule.js';
import type { World } from '../running/world.js';
import { MIXED_KINDS, type Length, type Scenario } from './scenario.js';

const OUTAGE_MS = 4_000;
const TERMINATIONS = 10;
const TERMINATE_EVERY_MS = 150;

/** While records flow there are always backends in the middle of a commit. */
async function terminateBackends({ postgres }: World): Promise<void> {
  await withConnection(postgres!.url, async (client) => {
    for (let turn = 0; turn < TERMINATIONS; turn += 1) {
      await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      await sleep(TERMINATE_EVERY_MS);
    }
  });
}

async function goAway({ postgres }: World, how: 'stop' | 'kill'): Promise<void> {
  await postgres![how]();
  await sleep(OUTAGE_MS);
  await postgres!.start();
}

async function standStill({ postgres }: World): Promise<void> {
  await postgres!.signal('SIGSTOP');
  await sleep(OUTAGE_MS);
  await postgres!.signal('SIGCONT');
}

const ACTS: readonly (readonly [what: string, act: (world: World) => Promise<void>])[] = [
  ['every connection to PostgreSQL is terminated, again and again', terminateBackends],
  ['SIGKILL of PostgreSQL', (world) => goAway(world, 'kill')],
  ['PostgreSQL is stopped', (world) => goAway(world, 'stop')],
  ['PostgreSQL takes no connections', standStill],
];
const EVERY_MS = 11_000;

function steps(length: Length): Step[] {
  const acts = length === 'smoke' ? ACTS.slice(0, 2) : ACTS;
  return acts.map(([what, act], turn) => ({
    at: 4_000 + turn * EVERY_MS,
    fault: { kind: 'act', what, act },
  }));
}

export const scenario: Scenario = {
  id: 'S37',
  title: 'PostgreSQL fails: terminated connections, a kill, a stop, silence',
  brokers: 1,
  members: 2,
  partitions: 6,
  store: 'postgres',
  traffic: (length) => ({
    seconds: length === 'smoke' ? 24 : 50,
    recordsPerSecond: 60,
    keys: 300,
    kinds: MIXED_KINDS,
  }),
  faults: (_random, length) => steps(length),
  bars: { noDuplicates: true, settledWithinMs: 60_000 },
};
