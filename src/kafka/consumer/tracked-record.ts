import type { KafkaRecord, RecordHistory } from '../../record/index.js';
import { sizeOf } from '../../record/index.js';
import type { TransactionSession } from '../ports/index.js';
import type { LaneEntry } from './ordering/index.js';
import type { KeyTable } from './retry-order/index.js';

/** What a record needs to know of the partition that it belongs to. */
export interface RecordPartition {
  readonly epoch: number;
  /** False once the partition was lost: whatever still ends is dropped. */
  readonly isOwned: boolean;
  /** True once it is to go elsewhere: nothing starts, and what runs still counts. */
  readonly isDraining: boolean;
  /** What it shares with the partitions that go with it. */
  readonly unit: { readonly name: string; readonly keys: KeyTable | undefined };
  /** Of a retry topic its number, 0 of all others. */
  readonly level: number;
  readonly isTransactional?: boolean;
  readonly session?: TransactionSession | undefined;
  /** Handlers under way, those that are suspended not counted. */
  running: number;
}

/** A record between its fetch and its settlement, with its place in its partition's ledger and in its key's lane. */
export class TrackedRecord implements LaneEntry<TrackedRecord> {
  nextInLane: TrackedRecord | undefined;
  startedAt = 0;
  /** Its wait was ended by us, so its delivery ends without an outcome. */
  wasAbandoned = false;
  /** Its way here, on a topic of the group's own. */
  history: RecordHistory | undefined;
  private slotHeld = false;
  private slotShared = false;
  readonly bytes: number;

  constructor(
    readonly record: KafkaRecord,
    readonly partition: RecordPartition,
    readonly sequence: number,
    readonly laneKey: string | null,
  ) {
    this.bytes = sizeOf(record);
  }

  get level(): number {
    return this.partition.level;
  }

  get isLive(): boolean {
    return this.partition.isOwned;
  }

  get holdsSlot(): boolean {
    return this.slotHeld;
  }

  /** `isShared`: it is under way without a slot of its own, as one of a batch or in a buffer. */
  takeSlot(isShared = false): void {
    this.slotHeld = true;
    this.slotShared = isShared;
    this.partition.running += 1;
  }

  /** True when it was its own, so that another may have it. */
  giveSlot(): boolean {
    this.slotHeld = false;
    this.partition.running -= 1;
    return !this.slotShared;
  }

  /** It goes on without. True when it had one of its own until now. */
  shareSlot(): boolean {
    const wasItsOwn = this.slotHeld && !this.slotShared;
    this.slotShared = true;
    return wasItsOwn;
  }
}
