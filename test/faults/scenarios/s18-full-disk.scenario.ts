import { whyNoSmallDisk } from '../cluster/small-disk.js';
import { MIXED_KINDS, type Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S18',
  title: "the broker's disk is full, which ends it",
  smoke: true,
  brokers: 1,
  smallDisk: true,
  impossible: whyNoSmallDisk,
  members: 2,
  partitions: 6,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 20 : 60,
    recordsPerSecond: 200,
    keys: 300,
    kinds: MIXED_KINDS,
  }),
  faults: (_random, length) =>
    Array.from({ length: length === 'smoke' ? 1 : 2 }, (_, turn) => ({
      at: 5_000 + turn * 35_000,
      fault: { kind: 'broker-down', broker: 0, how: 'fill-disk', forMs: 3_000 } as const,
    })),
  bars: { becomesUnready: true, settledWithinMs: 60_000 },
};
