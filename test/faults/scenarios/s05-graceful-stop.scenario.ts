import type { Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S05',
  title: 'SIGTERM under load, hundreds of records in flight',
  smoke: true,
  brokers: 1,
  members: 2,
  partitions: 12,
  environment: { EFFECTS_CONCURRENCY: '500', FAULTS_WORK_MS: '400' },
  traffic: (length) => ({
    seconds: length === 'smoke' ? 15 : 60,
    recordsPerSecond: 800,
    keys: 20_000,
    kinds: { ok: 1 },
  }),
  faults: (_random, length) =>
    Array.from({ length: length === 'smoke' ? 2 : 10 }, (_, turn) => ({
      at: 5_000 + turn * 5_500,
      fault: { kind: 'redeploy', member: turn % 2 } as const,
    })),
  bars: { noDuplicates: true, drainWithinMs: 10_000 },
};
