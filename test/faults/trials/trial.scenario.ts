import type { Scenario } from '../scenarios/scenario.js';
import { TRIAL_KINDS, TRIAL_MEMBERS, type TrialKind } from './changes.js';

const LOAD_BEFORE_MS = 1_000;

/** Three members under steady load through changes that must cost nothing: no record handled twice. */
export function trialScenario(kind: TrialKind, number: number): Scenario {
  const { title, changes, ...store } = TRIAL_KINDS[kind];
  return {
    id: `T${number}`,
    title,
    ...store,
    brokers: 1,
    members: TRIAL_MEMBERS,
    partitions: 12,
    traffic: () => ({
      recordsPerSecond: 500,
      keys: 1_000,
      // All of them reach their handlers, so that a partition without a start stands still.
      kinds: { ok: 96, 'fail-1': 1.5, 'fail-2': 1, 'fail-always': 0.5, reject: 1 },
    }),
    faults: (random) => [
      {
        at: LOAD_BEFORE_MS,
        fault: {
          kind: 'act',
          what: title,
          act: async (world) => {
            for (const change of changes) await change(world, random);
          },
        },
      },
    ],
    bars: { noDuplicates: true, drainWithinMs: 10_000 },
  };
}
