import type { KafkaRecord, RecordHistory } from '../../record/index.js';
import { KeyLanes, type Ordering } from './ordering/index.js';
import { KeyTable } from './retry-order/index.js';
import type { TrackedRecord } from './tracked-record.js';

/** What a partition needs to know of its topic. */
export interface TopicTraits {
  readonly ordering: Ordering;
  /** The topic itself, or the one whose own topic it is. */
  readonly source: string;
  /** Of a retry topic its number, 0 of all others. */
  readonly level: number;
  /** How long records of a retry topic wait at least. */
  readonly delayMs: number;
  /** The levels of retry topics behind which later records of a key wait; 0 where none do. */
  readonly orderedLevels: number;
  /** Its offsets are committed in transactions. */
  readonly isTransactional?: boolean | undefined;
  /** On a topic of the group's own. */
  readonly historyOf?: ((record: KafkaRecord) => RecordHistory) | undefined;
}

/**
 * Partition n of a source with partition n of its retry and redrive topics, for as long as this member has any of them:
 * what they share, so that of one key at most one record is out at any time, wherever it came from.
 */
export class PartitionUnit {
  readonly lanes = new KeyLanes<TrackedRecord>();
  /** Where keys wait for a retry; undefined where no order is kept over it. */
  readonly keys: KeyTable | undefined;

  /** `name`: the source's topic and partition, as `topic-partition`. */
  constructor(
    readonly name: string,
    orderedLevels = 0,
  ) {
    this.keys = orderedLevels === 0 ? undefined : new KeyTable(name, orderedLevels);
  }
}
