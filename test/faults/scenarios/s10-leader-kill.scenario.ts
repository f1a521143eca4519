import { MIXED_KINDS, type Scenario } from './scenario.js';

/** Killed once, in the long form twice, and back after a while. */
export function brokerKills(broker: 'leader' | 'coordinator'): Scenario['faults'] {
  return (_random, length) =>
    Array.from({ length: length === 'smoke' ? 1 : 2 }, (_, turn) => ({
      at: 5_000 + turn * 35_000,
      fault: { kind: 'broker-down', broker, how: 'kill', forMs: 8_000 } as const,
    }));
}

export const scenario: Scenario = {
  id: 'S10',
  title: 'SIGKILL of the leader of a partition',
  brokers: 3,
  members: 2,
  partitions: 6,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 40 : 75,
    recordsPerSecond: length === 'smoke' ? 200 : 400,
    keys: 200,
    kinds: MIXED_KINDS,
  }),
  faults: brokerKills('leader'),
  bars: { settledWithinMs: 60_000 },
};
