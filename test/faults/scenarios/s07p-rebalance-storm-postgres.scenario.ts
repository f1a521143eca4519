import { inPostgres, type Scenario } from './scenario.js';
import { scenario as storm } from './s07-rebalance-storm.scenario.js';

export const scenario: Scenario = {
  ...inPostgres(storm),
  smoke: false,
  traffic: () => ({ ...storm.traffic('smoke'), seconds: 32, recordsPerSecond: 60 }),
  faults: (random) => storm.faults(random, 'full').slice(0, 9),
};
