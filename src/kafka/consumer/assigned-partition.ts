import { partitionName } from '../../record/index.js';
import { PartitionLedger } from './offsets/index.js';
import { KeyLanes, laneKeyOf, type Ordering } from './ordering/index.js';
import { TrackedRecord, type RecordPartition } from './tracked-record.js';
import type { FetchedBatch } from '../client/index.js';

/** What the fetched position says about the log, compared with the position that was expected. */
export type IntakeFinding =
  | { readonly kind: 'expected' }
  /** The log starts anew (topic deleted and created again): what was known of it is void. */
  | { readonly kind: 'log-reset'; readonly expected: number; readonly fetched: number }
  /** Records between the two are gone, by retention or by a reset of the position. */
  | { readonly kind: 'offset-jump'; readonly expected: number; readonly fetched: number };

/**
 * One partition during one assignment. Its results count only while it is owned: after that, whatever still ends is
 * dropped, because the broker checks a commit's member and generation but never the ownership of the partition.
 */
export class AssignedPartition implements RecordPartition {
  readonly name: string;
  readonly lanes = new KeyLanes<TrackedRecord>();
  ledger = new PartitionLedger();
  isOwned = true;
  isPaused = false;
  /** The position of the next fetch; undefined before the first batch. */
  nextFetchOffset: number | undefined;
  committedOffset: number | undefined;
  highWatermark: number | undefined;
  bufferedBytes = 0;
  running = 0;

  constructor(
    readonly topic: string,
    readonly partition: number,
    readonly epoch: number,
    private readonly ordering: Ordering,
  ) {
    this.name = partitionName({ topic, partition });
  }

  /** Compares a batch's position with the expected one. It never says "already seen": lower means another log. */
  examine(batch: FetchedBatch): IntakeFinding {
    const expected = this.nextFetchOffset;
    if (expected === undefined || batch.fetchedOffset === expected) return { kind: 'expected' };
    const kind = batch.fetchedOffset < expected ? 'log-reset' : 'offset-jump';
    return { kind, expected, fetched: batch.fetchedOffset };
  }

  /** Tracks every record of the batch and returns those whose key has nothing before them. */
  take(batch: FetchedBatch): TrackedRecord[] {
    const ready: TrackedRecord[] = [];
    for (const record of batch.records) {
      const sequence = this.ledger.track(record.offset);
      const tracked = new TrackedRecord(
        record,
        this,
        sequence,
        laneKeyOf(this.ordering, record.key),
      );
      this.bufferedBytes += tracked.bytes;
      if (this.lanes.enqueue(tracked)) ready.push(tracked);
    }
    this.advanceTo(batch.nextOffset);
    this.highWatermark = batch.highWatermark;
    return ready;
  }

  advanceTo(nextOffset: number): void {
    this.nextFetchOffset = nextOffset;
    this.ledger.advanceEnd(nextOffset);
  }

  /** Settles a record and returns the next of its key, which may now run. */
  settle(tracked: TrackedRecord): TrackedRecord | undefined {
    this.ledger.settle(tracked.sequence);
    this.bufferedBytes -= tracked.bytes;
    return this.lanes.release(tracked);
  }

  /** The offset that a commit would bring to the broker now, or undefined when the broker has it already. */
  get offsetToCommit(): number | undefined {
    const { nextOffset } = this.ledger;
    return nextOffset === this.committedOffset ? undefined : nextOffset;
  }
}
