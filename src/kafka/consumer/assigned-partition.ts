import { partitionName } from '../../record/index.js';
import {
  decodeCompletedAhead,
  encodeCompletedAhead,
  InheritedSettlements,
  joinRanges,
  PartitionLedger,
} from './offsets/index.js';
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

/** What a commit tells of one partition at one moment. */
export interface CommitState {
  readonly nextOffset: number;
  /** The records settled ahead of it, encoded; empty when there are none. */
  readonly metadata: string;
  readonly aheadVersion: number;
}

/**
 * One partition during one assignment. Its results count only while it is owned: after that, whatever still ends is
 * dropped, because the broker checks a commit's member and generation but never the ownership of the partition.
 */
export class AssignedPartition implements RecordPartition {
  readonly name: string;
  readonly lanes = new KeyLanes<TrackedRecord>();
  ledger = new PartitionLedger();
  isOwned = true;
  /** To go elsewhere: nothing of it starts any more, and what runs still counts. */
  isDraining = false;
  isPaused = false;
  /** The position of the next fetch; undefined before the first batch. */
  nextFetchOffset: number | undefined;
  /** What the broker has accepted from us. */
  committed: CommitState | undefined;
  highWatermark: number | undefined;
  bufferedBytes = 0;
  running = 0;
  /** Records that the partition's earlier owner had settled: tracked, and given to no handler. */
  alreadySettled = 0;
  private readonly inherited = new InheritedSettlements();
  private encoded: CommitState | undefined;
  private parked: TrackedRecord[] = [];

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

  /**
   * Takes over what the group's last commit of this partition says of records settled ahead. It holds if reading begins
   * at that commit; once it has begun, nothing is taken over any more.
   */
  inherit(nextOffset: number, metadata: string | null): void {
    if (this.nextFetchOffset !== undefined) return;
    const place = { partition: this.name, base: nextOffset };
    this.inherited.inherit(nextOffset, decodeCompletedAhead(place, metadata));
  }

  /** What was inherited holds no longer: the log or the position is another one. */
  disinherit(): void {
    this.inherited.drop();
  }

  /** Tracks every record of the batch and returns those whose key has nothing before them. */
  take(batch: FetchedBatch): TrackedRecord[] {
    const ready: TrackedRecord[] = [];
    if (this.nextFetchOffset === undefined) this.inherited.beginAt(batch.fetchedOffset);
    for (const record of batch.records) {
      if (this.inherited.has(record.offset)) {
        this.ledger.trackSettled(record.offset);
        this.alreadySettled += 1;
        continue;
      }
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
    this.passTo(batch.nextOffset);
    this.highWatermark = batch.highWatermark;
    return ready;
  }

  /** Keeps a record that was to run, in case the partition comes back. */
  park(tracked: TrackedRecord): void {
    this.parked.push(tracked);
  }

  /** Gives back what was parked, each at the head of its lane. */
  unpark(): TrackedRecord[] {
    const { parked } = this;
    this.parked = [];
    return parked;
  }

  /** Moves the position without a record. Where it began is not known then, so nothing inherited holds. */
  advanceTo(nextOffset: number): void {
    if (this.nextFetchOffset === undefined) this.disinherit();
    this.passTo(nextOffset);
  }

  /** Settles a record and returns the next of its key, which may now run. */
  settle(tracked: TrackedRecord): TrackedRecord | undefined {
    this.ledger.settle(tracked.sequence);
    this.bufferedBytes -= tracked.bytes;
    return this.lanes.release(tracked);
  }

  /** Whether a commit would tell the broker something new, the records settled ahead included. */
  get isCommitDue(): boolean {
    const { nextOffset, aheadVersion } = this.ledger;
    if (nextOffset === undefined) return false;
    const { committed } = this;
    return nextOffset !== committed?.nextOffset || aheadVersion !== committed.aheadVersion;
  }

  /** What a commit tells now; encoded once for each change. Undefined before anything was read. */
  commitState(): CommitState | undefined {
    const { nextOffset, aheadVersion } = this.ledger;
    if (nextOffset === undefined) return undefined;
    const { encoded } = this;
    if (encoded?.nextOffset === nextOffset && encoded.aheadVersion === aheadVersion) return encoded;
    const place = { partition: this.name, base: nextOffset };
    // What was inherited and not read yet is told again: a crash before it is read must not forget it.
    const settled = joinRanges(this.ledger.settledAhead(), this.inherited.remaining);
    const metadata = encodeCompletedAhead(place, settled);
    return (this.encoded = { nextOffset, metadata, aheadVersion });
  }

  /**
   * The size of what the last commit told of records settled ahead, as far as it came from here: to read on through
   * what was inherited does not make it grow.
   */
  get aheadBytes(): number {
    return this.inherited.isEmpty ? (this.encoded?.metadata.length ?? 0) : 0;
  }

  private passTo(nextOffset: number): void {
    this.nextFetchOffset = nextOffset;
    this.inherited.passTo(nextOffset);
    this.ledger.advanceEnd(nextOffset);
  }
}
