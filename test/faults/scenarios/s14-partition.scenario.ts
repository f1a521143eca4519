import { MIXED_KINDS, type Scenario } from './scenario.js';

const DIRECTIONS = ['both', 'to-server', 'to-client'] as const;

export const scenario: Scenario = {
  id: 'S14',
  title: 'the network to the broker is cut: both ways, requests alone, answers alone',
  smoke: true,
  brokers: 1,
  proxied: true,
  members: 2,
  partitions: 6,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 22 : 90,
    recordsPerSecond: length === 'smoke' ? 200 : 300,
    keys: 300,
    kinds: MIXED_KINDS,
  }),
  faults: (_random, length) =>
    Array.from({ length: length === 'smoke' ? 1 : 3 }, (_, turn) => ({
      at: 5_000 + turn * 28_000,
      fault: {
        kind: 'network',
        mode: { kind: 'blackhole', direction: DIRECTIONS[(turn + 2) % 3]! },
        forMs: 10_000,
      } as const,
    })),
  bars: { settledWithinMs: 60_000 },
};
