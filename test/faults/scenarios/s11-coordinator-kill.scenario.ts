import { brokerKills, scenario as leaderKill } from './s10-leader-kill.scenario.js';
import type { Scenario } from './scenario.js';

export const scenario: Scenario = {
  ...leaderKill,
  id: 'S11',
  title: 'SIGKILL of the group coordinator',
  faults: brokerKills('coordinator'),
};
