import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../running/world.js';
import { MIXED_KINDS, type Scenario } from './scenario.js';

const PATHS = ['/metrics', '/health', '/readyz', '/livez'];
const ASKED_AT_ONCE = 8;

/** Every member is asked as fast as it answers, and must always answer. */
async function askAllTheTime({ members, signal }: World, forMs: number): Promise<void> {
  const until = performance.now() + forMs;
  const urls = members.running.map(({ url }) => url);
  const askers = urls.flatMap((url) => Array.from({ length: ASKED_AT_ONCE }, () => url));
  await Promise.all(
    askers.map(async (url, asker) => {
      for (let turn = asker; performance.now() < until; turn += 1) {
        const path = PATHS[turn % PATHS.length]!;
        const response = await fetch(`${url}${path}`, { signal });
        await response.text();
        if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
        await sleep(10, undefined, { signal });
      }
    }),
  );
}

export const scenario: Scenario = {
  id: 'S45',
  title: 'probes and metrics are asked all the time',
  brokers: 1,
  members: 2,
  partitions: 6,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 20 : 45,
    recordsPerSecond: 300,
    keys: 300,
    kinds: MIXED_KINDS,
  }),
  faults: (_random, length) => [
    {
      at: 3_000,
      fault: {
        kind: 'act',
        what: `ask every member's probes and metrics, ${ASKED_AT_ONCE} at once`,
        act: (world) => askAllTheTime(world, length === 'smoke' ? 12_000 : 30_000),
      },
    },
  ],
  bars: { noDuplicates: true },
};
