import { eventually } from '../../support/eventually.js';
import type { World } from '../running/world.js';
import { repeated } from '../driver/schedule.js';
import type { Scenario } from './scenario.js';

const BUDGET_BYTES = 16 * 1024 * 1024;
/** What may be on its way when the budget is reached. */
const FETCH_BYTES = 2 * 1024 * 1024;
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

async function withinBudget(world: World): Promise<void> {
  let most = 0;
  const holdsSome = async (): Promise<boolean> => {
    most = Math.max(...(await bufferedBytes(world)));
    return most > 0;
  };
  await eventually(holdsSome, 'a member holds records');
  if (most > BUDGET_BYTES + FETCH_BYTES) throw new Error(`a member holds ${most} bytes`);
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
