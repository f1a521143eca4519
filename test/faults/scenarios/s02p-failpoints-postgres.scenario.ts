import type { Step } from '../driver/schedule.js';
import { inPostgres, type Length, type Scenario } from './scenario.js';
import { scenario as failpoints } from './s02-failpoints.scenario.js';

const STANDS_STILL_MS = 12_000;
const EVERY_MS = 16_000;
const NTH = 30;

/** Where a claim, its effect and its offset can come apart, if anywhere. Who stands still there comes back as a zombie. */
const POINTS: readonly (readonly [point: string, nth: number, standsStillMs?: number])[] = [
  ['mid-store-commit', NTH],
  ['before-store-commit', NTH, STANDS_STILL_MS],
  ['before-store-commit', NTH],
  ['mid-store-commit', NTH, STANDS_STILL_MS],
  ['after-store-commit', NTH],
  ['after-store-commit', NTH, STANDS_STILL_MS],
  ['mid-commit', 3],
];
const SMOKE_POINTS = 2;

function steps(length: Length): Step[] {
  const points = length === 'smoke' ? POINTS.slice(0, SMOKE_POINTS) : POINTS;
  return points.map(([point, nth, standsStillMs], turn) => ({
    at: 2_000 + turn * EVERY_MS,
    fault: {
      ...{ kind: 'failpoint', member: turn % 2, point, nth },
      ...(standsStillMs !== undefined && { standsStillMs }),
    },
  }));
}

export const scenario: Scenario = {
  ...inPostgres(failpoints),
  title: 'SIGKILL and SIGSTOP around the COMMIT of an effect',
  smoke: false,
  traffic: (length) => ({ ...failpoints.traffic(length), recordsPerSecond: 60 }),
  faults: (_random, length) => steps(length),
};
