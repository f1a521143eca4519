import { repeated } from '../driver/schedule.js';
import { MIXED_KINDS, type Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S03',
  title: 'a member stands still for twice its session and goes on',
  smoke: true,
  brokers: 1,
  members: 3,
  partitions: 12,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 24 : 100,
    recordsPerSecond: length === 'smoke' ? 400 : 600,
    keys: 300,
    kinds: MIXED_KINDS,
  }),
  faults: (random, length) =>
    repeated(
      random,
      { times: length === 'smoke' ? 1 : 5, everyMs: 18_000, from: 5_000 },
      (turn) => ({
        kind: 'pause',
        member: turn % 3,
        forMs: 12_000,
      }),
    ),
  bars: { settledWithinMs: 30_000 },
};
