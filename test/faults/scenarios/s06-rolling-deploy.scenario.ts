import { MIXED_KINDS, type Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S06',
  title: 'rolling deploy of three members under load',
  smoke: true,
  brokers: 1,
  members: 3,
  partitions: 12,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 20 : 100,
    recordsPerSecond: 1_000,
    keys: 2_000,
    kinds: MIXED_KINDS,
  }),
  faults: (_random, length) =>
    Array.from({ length: length === 'smoke' ? 3 : 20 }, (_, turn) => ({
      at: 3_000 + turn * 4_500,
      fault: { kind: 'redeploy', member: turn % 3 } as const,
    })),
  bars: { noDuplicates: true, drainWithinMs: 10_000 },
};
