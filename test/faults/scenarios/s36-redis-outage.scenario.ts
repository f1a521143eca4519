import { setTimeout as sleep } from 'node:timers/promises';
import { askRedis, findRedisProgram } from '../../../stack/redis/index.mjs';
import type { Fault } from '../driver/schedule.js';
import type { World } from '../running/world.js';
import type { Scenario } from './scenario.js';

const OUTAGE_MS = 3_000;
const SILENCE_MS = 5_000;
/** What a member has under way: of a killed or stopped one no more than this can come again. */
const CONCURRENCY = 64;
const INTERRUPTIONS = 4;

async function crash({ redis }: World): Promise<void> {
  await redis!.kill();
  await sleep(OUTAGE_MS);
  await redis!.start();
}

async function standStill({ redis }: World): Promise<void> {
  await redis!.signal('SIGSTOP');
  await sleep(SILENCE_MS);
  await redis!.signal('SIGCONT');
}

async function beFull({ redis }: World): Promise<void> {
  await askRedis(redis!.port!, 'CONFIG SET maxmemory 1');
  await sleep(OUTAGE_MS);
  await askRedis(redis!.port!, 'CONFIG SET maxmemory 0');
}

async function forgetScripts({ redis }: World): Promise<void> {
  await askRedis(redis!.port!, 'SCRIPT FLUSH');
}

const act = (what: string, carryOut: (world: World) => Promise<void>): Fault => ({
  ...{ kind: 'act', what },
  act: carryOut,
});

/** Why there can be no Redis here; undefined where there can. */
export async function withoutRedis(): Promise<string | undefined> {
  const found = await findRedisProgram(() => undefined);
  return found.program === undefined ? found.reason : undefined;
}

export const scenario: Scenario = {
  id: 'S36',
  title: 'Redis fails: a kill, silence, no memory, no scripts; and members are killed',
  brokers: 1,
  members: 3,
  partitions: 12,
  redis: true,
  impossible: withoutRedis,
  traffic: () => ({
    ...{ seconds: 56, recordsPerSecond: 400, keys: 500 },
    kinds: { ok: 98, 'fail-1': 1, reject: 1 },
  }),
  faults: () => [
    { at: 3_000, fault: { kind: 'kill', member: 0, backAfterMs: 500 } },
    { at: 6_000, fault: act('SIGKILL of Redis', crash) },
    { at: 14_000, fault: act('Redis stands still', standStill) },
    { at: 23_000, fault: act('Redis has no memory left', beFull) },
    { at: 29_000, fault: act('Redis forgets its scripts', forgetScripts) },
    { at: 30_000, fault: { kind: 'kill', member: 1, backAfterMs: 500 } },
    { at: 34_000, fault: { kind: 'pause', member: 2, forMs: 12_000 } },
    { at: 50_000, fault: { kind: 'kill', member: 0, backAfterMs: 500 } },
  ],
  bars: {
    mostDuplicates: INTERRUPTIONS * CONCURRENCY,
    becomesUnready: true,
    settledWithinMs: 60_000,
  },
};
