import { MIXED_KINDS, type Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S12',
  title: 'no broker at all for a while',
  smoke: true,
  brokers: 1,
  members: 2,
  partitions: 12,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 30 : 60,
    recordsPerSecond: length === 'smoke' ? 200 : 300,
    keys: 500,
    kinds: MIXED_KINDS,
  }),
  faults: (_random, length) => [
    {
      at: 5_000,
      fault: {
        kind: 'broker-down',
        broker: 0,
        how: 'stop',
        forMs: length === 'smoke' ? 15_000 : 40_000,
      },
    },
  ],
  bars: { becomesUnready: true, settledWithinMs: 60_000 },
};
