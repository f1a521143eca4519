import { repeated } from '../driver/schedule.js';
import { inPostgres, type Scenario } from './scenario.js';
import { scenario as zombie } from './s03-zombie.scenario.js';

export const scenario: Scenario = {
  ...inPostgres(zombie),
  smoke: false,
  traffic: (length) => ({
    ...zombie.traffic(length),
    seconds: length === 'smoke' ? 22 : 42,
    recordsPerSecond: 60,
  }),
  faults: (random, length) =>
    repeated(
      random,
      { times: length === 'smoke' ? 1 : 2, everyMs: 18_000, from: 4_000 },
      (turn) => ({ kind: 'pause', member: turn % 3, forMs: 12_000 }),
    ),
};
