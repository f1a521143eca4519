import { MIXED_KINDS, type Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S07',
  title: 'members join and leave all the time',
  smoke: true,
  brokers: 1,
  members: 2,
  partitions: 12,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 20 : 66,
    recordsPerSecond: length === 'smoke' ? 300 : 500,
    keys: 500,
    kinds: MIXED_KINDS,
  }),
  // Two stay; the places 2 and 3 are taken and given up in turn.
  faults: (_random, length) =>
    Array.from({ length: length === 'smoke' ? 5 : 20 }, (_, turn) => ({
      at: 2_000 + turn * 3_000,
      fault: {
        kind: Math.floor(turn / 2) % 2 === 0 ? 'join' : 'leave',
        member: 2 + (turn % 2),
      } as const,
    })),
  bars: { noDuplicates: true },
};
