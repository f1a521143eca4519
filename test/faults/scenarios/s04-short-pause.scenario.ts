import { repeated } from '../driver/schedule.js';
import { MIXED_KINDS, type Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S04',
  title: 'a member stands still for less than its session',
  brokers: 1,
  members: 3,
  partitions: 12,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 25 : 45,
    recordsPerSecond: length === 'smoke' ? 400 : 600,
    keys: 300,
    kinds: MIXED_KINDS,
  }),
  faults: (random, length) =>
    repeated(
      random,
      { times: length === 'smoke' ? 3 : 5, everyMs: 7_000, from: 4_000 },
      (turn) => ({
        kind: 'pause',
        member: turn % 3,
        forMs: 2_500,
      }),
    ),
  bars: { noDuplicates: true },
};
