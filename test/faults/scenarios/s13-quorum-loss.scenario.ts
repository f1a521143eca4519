import { MIXED_KINDS, type Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S13',
  title: 'two of three brokers are killed at once: no quorum, nothing can be written',
  brokers: 3,
  members: 2,
  partitions: 6,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 40 : 75,
    recordsPerSecond: length === 'smoke' ? 200 : 300,
    keys: 200,
    kinds: MIXED_KINDS,
  }),
  faults: (_random, length) =>
    Array.from({ length: length === 'smoke' ? 1 : 2 }, (_, turn) =>
      [1, 2].map((broker) => ({
        at: 5_000 + turn * 35_000,
        fault: { kind: 'broker-down', broker, how: 'kill', forMs: 10_000 } as const,
      })),
    ).flat(),
  bars: { settledWithinMs: 60_000 },
};
