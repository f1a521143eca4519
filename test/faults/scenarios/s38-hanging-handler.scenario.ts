import type { Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S38',
  title: 'handlers that never end',
  smoke: true,
  brokers: 1,
  members: 2,
  partitions: 6,
  environment: { EFFECTS_HANDLER_TIMEOUT: '1s', EFFECTS_HEAD_BLOCKED: 'dead-letter' },
  traffic: () => ({
    seconds: 15,
    recordsPerSecond: 150,
    keys: 300,
    kinds: { ok: 99.5, hang: 0.5 },
  }),
  faults: () => [],
  bars: { noDuplicates: true },
};
