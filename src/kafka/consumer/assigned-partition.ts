import { partitionName } from '../../record/index.js';
import { decodeCompletedAhead, InheritedSettlements, PartitionLedger } from './offsets/index.js';
import { laneKeyOf } from './ordering/index.js';
import type { Place } from './assignment/claim.js';
import { PartitionCommits, type CommitState } from './partition-commits.js';
import { PartitionUnit, type TopicTraits } from './partition-unit.js';
import { DelayGate } from './retry-order/index.js';
import { TrackedRecord, type RecordPartition } from './tracked-record.js';
import type { FetchedBatch } from '../client/index.js';
import type { TransactionSession } from '../ports/index.js';
import type { KafkaRecord } from '../../record/index.js';

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
  readonly topic: string;
  readonly partition: number;
  readonly level: number;
  readonly ledger = new PartitionLedger();
  readonly commits: PartitionCommits;
  isOwned = true;
  /** To go elsewhere: nothing of it starts any more, and what runs still counts. */
  isDraining = false;
  isPaused = false;
  /** The position of the next fetch; undefined before the first batch. */
  nextFetchOffset: number | undefined;
  highWatermark: number | undefined;
  bufferedBytes = 0;
  running = 0;
  /** Records that the partition's earlier owner had settled: tracked, and given to no handler. */
  alreadySettled = 0;
  /** Commits for it in transactions, once it is prepared; where none are used, never. */
  session: TransactionSession | undefined;
  /** Why it is not prepared yet, if that takes long. */
  unprepared: string | undefined;
  /** Records that wait for their transaction and keep their lanes meanwhile. */
  readonly lanesHeld = new Set<TrackedRecord>();
  /** Where reading began in this assignment. */
  beganAt: number | undefined;
  private readonly inherited = new InheritedSettlements();
  private parked: TrackedRecord[] = [];
  /** Where records wait before they queue in their lanes; absent where none ever does. */
  private readonly gate: DelayGate<TrackedRecord> | undefined;

  constructor(
    place: Place,
    readonly epoch: number,
    private readonly traits: TopicTraits,
    readonly unit = new PartitionUnit(partitionName(place)),
  ) {
    this.topic = place.topic;
    this.partition = place.partition;
    this.name = partitionName(place);
    this.level = traits.level;
    this.commits = new PartitionCommits(this.name, this.ledger, this.inherited);
    const mayWait = this.level > 0 || unit.keys !== undefined;
    if (mayWait) this.gate = new DelayGate(traits.delayMs);
  }

  /** Records that wait for their time, or until it is known which keys wait for a retry. */
  get waiting(): number {
    return this.gate?.size ?? 0;
  }

  /** When the first record that waits for its time may go; epoch ms. */
  get nextDueAt(): number | undefined {
    return this.gate?.nextDueAt;
  }

  /** Whether records wait until it is known which keys stand on higher levels. */
  get isHeldBack(): boolean {
    return !this.isOpen;
  }

  /** Whether it is known which keys stand on higher levels, as far as that matters. */
  private get isOpen(): boolean {
    return this.unit.keys?.isOpenTo(this.level) ?? true;
  }

  /** How long until `admit` has something to give; undefined when that does not depend on time. */
  get nextAdmissionMs(): number | undefined {
    return this.isOpen ? this.gate?.waitMs : undefined;
  }

  get isTransactional(): boolean {
    return this.traits.isTransactional === true;
  }

  /** Whether it may be read: with transactions only behind a commit that nobody before us can move any more. */
  get isPrepared(): boolean {
    return this.session !== undefined || !this.isTransactional;
  }

  /** Begins at what the broker has committed. */
  beginAt({ nextOffset, metadata = '' }: { nextOffset: number; metadata?: string }): void {
    this.inherit(nextOffset, metadata);
    this.inherited.beginAt(nextOffset);
    this.passTo(nextOffset);
    this.commits.accepted({ nextOffset, metadata });
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

  /** Tracks every record of the batch and returns those that may run: their time has come, and nothing is before them. */
  take(batch: FetchedBatch): TrackedRecord[] {
    const ready: TrackedRecord[] = [];
    this.beganAt ??= batch.fetchedOffset;
    if (this.nextFetchOffset === undefined) this.inherited.beginAt(batch.fetchedOffset);
    for (const record of batch.records) {
      if (this.inherited.has(record.offset)) {
        this.ledger.trackSettled(record.offset);
        this.alreadySettled += 1;
        continue;
      }
      const tracked = this.track(record);
      this.bufferedBytes += tracked.bytes;
      if (this.gate !== undefined) this.gate.add(tracked, tracked.history?.notBefore ?? 0);
      else if (this.unit.lanes.enqueue(tracked)) ready.push(tracked);
    }
    this.passTo(batch.nextOffset);
    this.highWatermark = batch.highWatermark;
    return this.gate === undefined ? ready : this.admit();
  }

  /** Lets the records whose time has come into their lanes and returns those that may run. */
  admit(): TrackedRecord[] {
    if (this.gate === undefined || !this.isOpen) return [];
    return this.gate.takeDue().filter((tracked) => this.unit.lanes.enqueue(tracked));
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
    this.mark(tracked);
    return this.unit.lanes.release(tracked);
  }

  /** Settles a record whose lane is released apart from that. */
  mark(tracked: TrackedRecord): void {
    this.ledger.settle(tracked.sequence);
    this.bufferedBytes -= tracked.bytes;
    if (tracked.laneKey !== null) this.keys?.settle(tracked.laneKey);
  }

  /** Gives it up: whatever still ends in it is dropped. */
  disown(): void {
    this.isOwned = false;
    this.keys?.forget();
  }

  /** What the broker has accepted from us. */
  get committed(): CommitState | undefined {
    return this.commits.committed;
  }

  set committed(state: CommitState | undefined) {
    this.commits.committed = state;
  }

  get isCommitDue(): boolean {
    const { session, commits } = this;
    if (session === undefined) return commits.isDue && !this.isTransactional;
    return commits.isDue || session.pending > 0;
  }

  commitState(): CommitState | undefined {
    return this.commits.state();
  }

  get aheadBytes(): number {
    return this.commits.aheadBytes;
  }

  private passTo(nextOffset: number): void {
    this.beganAt ??= nextOffset;
    this.nextFetchOffset = nextOffset;
    this.keys?.passTo(nextOffset);
    this.inherited.passTo(nextOffset);
    this.ledger.advanceEnd(nextOffset);
  }

  /** A record of its log that the group has not settled, found by another reader. */
  foundWaiting(record: KafkaRecord): void {
    const laneKey = laneKeyOf(this.traits.ordering, record.key);
    this.keys?.found(laneKey, record.offset, this.traits.historyOf?.(record).origin ?? record);
  }

  /** Those of its own level. */
  private get keys() {
    return this.level > 0 ? this.unit.keys?.at(this.level) : undefined;
  }

  private track(record: KafkaRecord): TrackedRecord {
    const sequence = this.ledger.track(record.offset);
    const laneKey = laneKeyOf(this.traits.ordering, record.key);
    if (laneKey !== null) this.keys?.take(laneKey, record.offset);
    const tracked = new TrackedRecord(record, this, sequence, laneKey);
    tracked.history = this.traits.historyOf?.(record);
    return tracked;
  }
}
