import { inPostgres, type Scenario } from './scenario.js';
import { scenario as kill } from './s01-kill.scenario.js';
import { repeated } from '../driver/schedule.js';

export const scenario: Scenario = {
  ...inPostgres(kill),
  // test/e2e/orders-hostile.spec.ts kills members that write to PostgreSQL, in every test run.
  smoke: false,
  traffic: (length) => ({
    ...kill.traffic(length),
    seconds: length === 'smoke' ? 22 : 50,
    recordsPerSecond: 60,
  }),
  faults: (random, length) =>
    repeated(random, { times: length === 'smoke' ? 1 : 4, everyMs: 11_000, from: 5_000 }, () => ({
      kind: 'kill',
      member: random.below(3),
      backAfterMs: Math.round(random.between(0, 1_500)),
    })),
};
