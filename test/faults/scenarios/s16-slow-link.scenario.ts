import { MIXED_KINDS, type Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S16',
  title: 'every answer is 400 ms late',
  brokers: 1,
  proxied: true,
  members: 2,
  partitions: 6,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 25 : 40,
    recordsPerSecond: length === 'smoke' ? 200 : 300,
    keys: 300,
    kinds: MIXED_KINDS,
  }),
  faults: (_random, length) => [
    {
      at: 5_000,
      fault: {
        kind: 'network',
        mode: { kind: 'latency', milliseconds: 200 },
        forMs: length === 'smoke' ? 15_000 : 30_000,
      },
    },
  ],
  bars: { noDuplicates: true },
};
