import type { Scenario } from './scenario.js';
import { scenario as s01 } from './s01-kill.scenario.js';
import { scenario as s03 } from './s03-zombie.scenario.js';

/** In the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [s01, s03];
