import type { Message } from 'kafkajs';
import type { SeededRandom } from '../driver/random.js';
import type { Step } from '../driver/schedule.js';
import type { Produced } from '../evidence/producer-ledger.js';
import type { Observations } from '../running/observations.js';
import type { World } from '../running/world.js';

export type RecordKind =
  | 'ok'
  | `fail-${number}`
  | 'fail-always'
  | 'reject'
  | 'hang'
  /** Nothing else runs meanwhile. */
  | `block-${number}`
  /** A dead letter until a mended version runs and it is redriven. */
  | 'mendable'
  /** Its handler calls another service. */
  | 'call'
  | 'poison-truncated'
  | 'poison-bom'
  | 'poison-nan'
  | 'poison-deep';

export interface Traffic {
  /** Without it and `records`: as long as the faults take. */
  readonly seconds?: number;
  /** How many there are to be. */
  readonly records?: number;
  readonly recordsPerSecond: number;
  readonly keys: number;
  /** How large a good value is at least. */
  readonly valueBytes?: number;
  readonly kinds: Readonly<Partial<Record<RecordKind, number>>>;
  /** How a record is written, where it is not for the harness's own consumers. */
  readonly message?: (record: Produced) => Message;
}

/** Short for the smoke run, long for the full one. */
export type Length = 'smoke' | 'full';

/** What a scenario asks for beside the invariants. Undefined where it asks nothing. */
export interface Bars {
  /** No effect may come again at all. */
  readonly noDuplicates?: boolean;
  readonly mostDuplicates?: number;
  readonly mostDeadLetters?: number;
  /** From a fault, or its healing, to the next effect of every partition that has records. */
  readonly progressWithinMs?: number;
  /** From the last healing to lag 0. */
  readonly settledWithinMs?: number;
  readonly memoryMegabytes?: number;
  /** SIGTERM to exit 0. */
  readonly drainWithinMs?: number;
  /** `/readyz` must have been 503 at some time of the run, and 200 at its end. */
  readonly becomesUnready?: boolean;
  /** The log itself drops records that were acknowledged: by deletion or compaction. */
  readonly logDropsRecords?: boolean;
  /** More, in words of its own; undefined when it holds. */
  readonly also?: (world: World, observations: Observations) => Promise<string | undefined>;
}

export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** Whether the smoke run has it. */
  readonly smoke?: boolean;
  readonly brokers: 1 | 3;
  /** The one broker is reached through a wire that can be damaged. */
  readonly proxied?: true;
  /** The one broker's data stand on a disk of their own that can be filled. */
  readonly smallDisk?: true;
  /** Why it cannot be done on this machine; undefined when it can. */
  readonly impossible?: () => string | undefined | Promise<string | undefined>;
  readonly members: number;
  /** Effects as rows, once per message, instead of ends of handlers. */
  readonly store?: 'postgres';
  /** There is a Redis server, which remembers the messages. */
  readonly redis?: true;
  /** There is another service for handlers to call, until somebody stops it. */
  readonly callsService?: true;
  readonly partitions: number;
  /** How many retry topics the group has; their delays stand in `environment`. */
  readonly retryTopics?: number;
  readonly topicSettings?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Runs when the members are ready, before the first record. */
  readonly prepare?: (world: World) => Promise<void>;
  readonly traffic: (length: Length) => Traffic;
  readonly faults: (random: SeededRandom, length: Length) => readonly Step[];
  readonly bars?: Bars;
}

/** Mostly good records, some that fail for a while or for ever, some that cannot be read. */
export const MIXED_KINDS = {
  ok: 96,
  'fail-1': 1,
  'fail-2': 0.5,
  'fail-always': 0.5,
  reject: 1,
  'poison-truncated': 0.5,
  'poison-nan': 0.5,
} as const satisfies Traffic['kinds'];

/** The same with every effect a row of PostgreSQL in the transaction that claims its message: none may be there twice. */
export function inPostgres(scenario: Scenario): Scenario {
  return {
    ...scenario,
    id: `${scenario.id}P`,
    title: `${scenario.title}, effects in PostgreSQL`,
    store: 'postgres',
    bars: { ...scenario.bars, noDuplicates: true },
  };
}
