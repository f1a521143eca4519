import type { Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S39',
  title: 'handlers block the event loop for less than a session',
  brokers: 1,
  members: 3,
  partitions: 12,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 25 : 50,
    recordsPerSecond: 200,
    keys: 300,
    kinds: { ok: 999, 'block-3000': 1 },
  }),
  faults: () => [],
  bars: { noDuplicates: true },
};
