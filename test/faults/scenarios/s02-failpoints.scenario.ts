import type { Step } from '../driver/schedule.js';
import { MIXED_KINDS, type Length, type Scenario } from './scenario.js';

const POINTS: readonly (readonly [point: string, nth: number])[] = [
  ['after-effect', 200],
  ['mid-commit', 3],
  ['after-publication-ack', 3],
  ['before-handler', 100],
  ['after-fetch', 5],
  ['before-commit', 3],
  ['after-commit', 3],
  // The first time is its own join.
  ['in-revoke', 2],
];
const SMOKE_POINTS = 2;
const EVERY_MS = 12_000;

/** Each point in a place of its turn; meanwhile another member is replaced, so that there is a rebalance to be in. */
function steps(length: Length): Step[] {
  const points = length === 'smoke' ? POINTS.slice(0, SMOKE_POINTS) : POINTS;
  return points.flatMap(([point, nth], turn): Step[] => {
    const at = 2_000 + turn * EVERY_MS;
    const step: Step = { at, fault: { kind: 'failpoint', member: turn % 2, point, nth } };
    if (point !== 'in-revoke') return [step];
    return [step, { at: at + 6_000, fault: { kind: 'redeploy', member: 2 } }];
  });
}

export const scenario: Scenario = {
  id: 'S02',
  title: 'SIGKILL at a named point of the code',
  smoke: true,
  brokers: 1,
  members: 3,
  partitions: 12,
  // For as long as it takes until each has struck.
  traffic: (length) => ({
    recordsPerSecond: length === 'smoke' ? 400 : 600,
    keys: 500,
    kinds: MIXED_KINDS,
  }),
  faults: (_random, length) => steps(length),
  bars: { settledWithinMs: 30_000 },
};
