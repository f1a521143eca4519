import { MIXED_KINDS, type Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S09',
  title: 'clean restart of the brokers, one after the other',
  smoke: true,
  brokers: 3,
  members: 2,
  partitions: 6,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 34 : 88,
    recordsPerSecond: length === 'smoke' ? 200 : 400,
    keys: 200,
    kinds: MIXED_KINDS,
  }),
  faults: (_random, length) =>
    Array.from({ length: length === 'smoke' ? 2 : 6 }, (_, turn) => ({
      at: 4_000 + turn * 14_000,
      fault: { kind: 'broker-down', broker: turn % 3, how: 'stop', forMs: 500 } as const,
    })),
  bars: { settledWithinMs: 60_000 },
};
