import type { World } from '../running/world.js';
import { repeated } from '../driver/schedule.js';
import type { Scenario } from './scenario.js';

const BUDGET_BYTES = 16 * 1024 * 1024;
const VALUE_BYTES = 200_000;

/** What every member holds, by its own metric. */
async function bufferedBytes({ members }: World): Promise<number[]> {
  return Promise.all(
    members.running.map(async ({ url }) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const lines = text.matchAll(/^kafka_consumer_buffered_bytes\{[^}]*\} (\S+)$/gm);
      return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
    }),
  );
}

/** One fetch may be on its way when the budget is reached. */
async function withinBudget(world: World): Promise<void> {
  const held = await bufferedBytes(world);
  const limit = BUDGET_BYTES + 2 * 1024 * 1024;
  if (held.length < 2 || Math.max(...held) === 0) throw new Error('no member held anything');
  if (Math.max(...held) > limit) throw new Error(`a member holds ${Math.max(...held)} bytes`);
}

export const scenario: Scenario = {
  id: 'S41',
  title: 'a backlog of large records, several times what members may hold',
  smoke: true,
  brokers: 1,
  members: 2,
  partitions: 6,
  environment: {
    FAULTS_WORK_MS: '150',
    EFFECTS_CONCURRENCY: '6',
    KAFKA_MAX_BUFFERED_BYTES: '16MiB',
  },
  traffic: () => ({
    seconds: 12,
    recordsPerSecond: 150,
    keys: 5_000,
    valueBytes: VALUE_BYTES,
    kinds: { ok: 1 },
  }),
  faults: (random) =>
    repeated(random, { times: 4, everyMs: 1_500, from: 7_000 }, () => ({
      kind: 'act',
      what: 'ask every member how many bytes it holds',
      act: withinBudget,
    })),
  bars: { noDuplicates: true, memoryMegabytes: 260 },
};
