import { repeated } from '../driver/schedule.js';
import { MIXED_KINDS, type Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S01',
  title: 'SIGKILL of members at any moment',
  smoke: true,
  brokers: 1,
  members: 3,
  partitions: 12,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 30 : 480,
    recordsPerSecond: length === 'smoke' ? 400 : 1000,
    keys: 500,
    kinds: MIXED_KINDS,
  }),
  faults: (random, length) =>
    repeated(random, { times: length === 'smoke' ? 2 : 38, everyMs: 12_000 }, () => ({
      kind: 'kill',
      member: random.below(3),
      backAfterMs: Math.round(random.between(0, 1_500)),
    })),
  bars: { settledWithinMs: 30_000, progressWithinMs: 15_000 },
};
