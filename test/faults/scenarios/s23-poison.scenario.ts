import { repeated } from '../driver/schedule.js';
import type { Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S23',
  title: 'records that no decoder can read, and kills',
  smoke: true,
  brokers: 1,
  members: 2,
  partitions: 6,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 15 : 45,
    recordsPerSecond: length === 'smoke' ? 200 : 400,
    keys: 50,
    kinds: {
      ok: 60,
      'poison-truncated': 10,
      'poison-bom': 10,
      'poison-nan': 10,
      'poison-deep': 1,
      reject: 5,
      'fail-always': 4,
    },
  }),
  faults: (random, length) =>
    repeated(
      random,
      { times: length === 'smoke' ? 1 : 4, everyMs: 10_000, from: 5_000 },
      (turn) => ({
        kind: 'kill',
        member: turn % 2,
        backAfterMs: 500,
      }),
    ),
};
