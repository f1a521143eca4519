import { askRedis } from '../../../stack/redis/index.mjs';
import type { Step } from '../driver/schedule.js';
import type { World } from '../running/world.js';
import type { Scenario } from './scenario.js';
import { withoutRedis } from './s36-redis-outage.scenario.js';

const TIMES = 3;
const EVERY_MS = 12_000;
/** Before the killed member's partitions have gone to others. */
const FORGETS_AFTER_MS = 1_000;
const NOTICED = 'Redis has lost what it had stored';

async function forget({ redis }: World): Promise<void> {
  await askRedis(redis!.port!, 'FLUSHALL');
}

/** A member is killed, and nobody knows any more what it had done. */
const steps = (turn: number): Step[] => [
  { at: 4_000 + turn * EVERY_MS, fault: { kind: 'kill', member: turn % 3, backAfterMs: 500 } },
  {
    at: 4_000 + turn * EVERY_MS + FORGETS_AFTER_MS,
    fault: { kind: 'act', what: 'FLUSHALL', act: forget },
  },
];

export const scenario: Scenario = {
  id: 'S36F',
  title: 'Redis forgets everything, and members are killed',
  brokers: 1,
  members: 3,
  partitions: 12,
  redis: true,
  impossible: withoutRedis,
  traffic: () => ({ seconds: 44, recordsPerSecond: 400, keys: 500, kinds: { ok: 98, reject: 2 } }),
  faults: () => Array.from({ length: TIMES }, (_, turn) => steps(turn)).flat(),
  bars: {
    settledWithinMs: 60_000,
    also: ({ members }) => {
      const noticed = members.all.filter(({ output }) => output.includes(NOTICED)).length;
      return Promise.resolve(
        noticed >= TIMES ? undefined : `${noticed} members noticed that Redis had forgotten`,
      );
    },
  },
};
