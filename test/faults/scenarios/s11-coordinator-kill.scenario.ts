import { MIXED_KINDS, type Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S11',
  title: 'SIGKILL of the group coordinator',
  brokers: 3,
  members: 2,
  partitions: 6,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 40 : 75,
    recordsPerSecond: length === 'smoke' ? 200 : 400,
    keys: 200,
    kinds: MIXED_KINDS,
  }),
  faults: (_random, length) =>
    Array.from({ length: length === 'smoke' ? 1 : 2 }, (_, turn) => ({
      at: 5_000 + turn * 35_000,
      fault: { kind: 'broker-down', broker: 'coordinator', how: 'kill', forMs: 8_000 } as const,
    })),
  bars: { settledWithinMs: 60_000 },
};
