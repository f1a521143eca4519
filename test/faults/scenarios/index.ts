import type { Scenario } from './scenario.js';
import { scenario as s01 } from './s01-kill.scenario.js';
import { scenario as s01p } from './s01p-kill-postgres.scenario.js';
import { scenario as s02 } from './s02-failpoints.scenario.js';
import { scenario as s02p } from './s02p-failpoints-postgres.scenario.js';
import { scenario as s03 } from './s03-zombie.scenario.js';
import { scenario as s03p } from './s03p-zombie-postgres.scenario.js';
import { scenario as s04 } from './s04-short-pause.scenario.js';
import { scenario as s05 } from './s05-graceful-stop.scenario.js';
import { scenario as s06 } from './s06-rolling-deploy.scenario.js';
import { scenario as s07 } from './s07-rebalance-storm.scenario.js';
import { scenario as s07p } from './s07p-rebalance-storm-postgres.scenario.js';
import { scenario as s08 } from './s08-partitions-added.scenario.js';
import { scenario as s09 } from './s09-broker-restart.scenario.js';
import { scenario as s10 } from './s10-leader-kill.scenario.js';
import { scenario as s11 } from './s11-coordinator-kill.scenario.js';
import { scenario as s12 } from './s12-outage.scenario.js';
import { scenario as s13 } from './s13-quorum-loss.scenario.js';
import { scenario as s14 } from './s14-partition.scenario.js';
import { scenario as s15 } from './s15-connections.scenario.js';
import { scenario as s16 } from './s16-slow-link.scenario.js';
import { scenario as s18 } from './s18-full-disk.scenario.js';
import { scenario as s19 } from './s19-dead-letter-topic-missing.scenario.js';
import { scenario as s19r } from './s19r-retry-topic-missing.scenario.js';
import { scenario as s20 } from './s20-large-dead-letters.scenario.js';
import { scenario as s23 } from './s23-poison.scenario.js';
import { scenario as s30 } from './s30-compaction.scenario.js';
import { scenario as s31 } from './s31-transactions.scenario.js';
import { scenario as s32 } from './s32-records-deleted.scenario.js';
import { scenario as s36 } from './s36-redis-outage.scenario.js';
import { scenario as s36f } from './s36f-redis-forgets.scenario.js';
import { scenario as s37 } from './s37-postgres-outage.scenario.js';
import { scenario as s37b } from './s37b-postgres-away.scenario.js';
import { scenario as s37c } from './s37c-killed-in-commit.scenario.js';
import { scenario as s38 } from './s38-hanging-handler.scenario.js';
import { scenario as s39 } from './s39-blocked-event-loop.scenario.js';
import { scenario as s41 } from './s41-large-backlog.scenario.js';
import { scenario as s45 } from './s45-probe-storm.scenario.js';
import { scenario as s46 } from './s46-redrive-killed.scenario.js';
import { scenario as s47 } from './s47-retry-topic.scenario.js';
import { scenario as s52 } from './s52-called-service-away.scenario.js';

/** One file each. */
export const SCENARIOS: readonly Scenario[] = [
  s01,
  s01p,
  s02,
  s02p,
  s03,
  s03p,
  s04,
  s05,
  s06,
  s07,
  s07p,
  s08,
  s09,
  s10,
  s11,
  s12,
  s13,
  s14,
  s15,
  s16,
  s18,
  s19,
  s19r,
  s20,
  s23,
  s30,
  s31,
  s32,
  s36,
  s36f,
  s37,
  s37b,
  s37c,
  s38,
  s39,
  s41,
  s45,
  s46,
  s47,
  s52,
];
