import { MIXED_KINDS, type Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S15',
  title: 'connections are reset, and others are silent for ever',
  brokers: 1,
  proxied: true,
  members: 2,
  partitions: 6,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 35 : 80,
    recordsPerSecond: length === 'smoke' ? 200 : 300,
    keys: 300,
    kinds: MIXED_KINDS,
  }),
  faults: (_random, length) =>
    Array.from({ length: length === 'smoke' ? 1 : 2 }, (_, turn) => turn * 40_000).flatMap(
      (at) =>
        [
          { at: at + 5_000, fault: { kind: 'network', mode: { kind: 'reset' }, forMs: 3_000 } },
          { at: at + 18_000, fault: { kind: 'network', mode: { kind: 'half-open' }, forMs: 1 } },
        ] as const,
    ),
  bars: { settledWithinMs: 60_000 },
};
