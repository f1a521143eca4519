import type { SettledRanges } from './settled-ranges.js';

const INITIAL_CAPACITY = 256;

/** What a commit is made from. */
export interface LedgerState {
  /** Undefined before anything was read. */
  readonly nextOffset: number | undefined;
  readonly settledAhead: SettledRanges;
}

/**
 * The offsets of one partition, from the lowest unsettled one to the newest. Guarantees that `nextOffset` never passes
 * an unsettled record. It holds positions only, does no I/O and does not know who settles what.
 *
 * Records are addressed by the sequence number that `track` returns, because offsets have gaps (compaction,
 * transaction markers) and sequences do not.
 */
export class PartitionLedger {
  private offsets = new Float64Array(INITIAL_CAPACITY);
  private settledFlags = new Uint8Array(INITIAL_CAPACITY);
  private head = 0;
  private tail = 0;
  private unsettledCount = 0;
  private end: number | undefined;
  private version = 0;

  /** Records between the commit watermark and the newest one, those settled ahead of a gap included. */
  get depth(): number {
    return this.tail - this.head;
  }

  get unsettled(): number {
    return this.unsettledCount;
  }

  /** The offset of the record that holds the watermark, or undefined when nothing is pending. */
  get oldestUnsettledOffset(): number | undefined {
    return this.head === this.tail ? undefined : this.offsets[this.head & this.mask];
  }

  /**
   * What may be committed: the lowest unsettled offset, or the end of what was read. Undefined before anything was
   * read. This is the offset of the next record to read, Kafka's own form of a commit.
   */
  get nextOffset(): number | undefined {
    return this.oldestUnsettledOffset ?? this.end;
  }

  /** Another number whenever a record was settled ahead of one that is not. */
  get aheadVersion(): number {
    return this.version;
  }

  /**
   * The offsets behind the lowest unsettled one that are settled. Offsets between two settled records that were never
   * tracked do not exist and count as settled. One pass over the pending records.
   */
  settledAhead(): SettledRanges {
    if (this.depth === this.unsettledCount) return [];
    return this.rangesOf(this.head, (sequence) => this.isSettled(sequence));
  }

  /** What would stand here if those records were settled too. Changes nothing. */
  stateWith(sequences: ReadonlySet<number>): LedgerState {
    const isSettled = (sequence: number): boolean =>
      this.isSettled(sequence) || sequences.has(sequence);
    let head = this.head;
    while (head < this.tail && isSettled(head)) head += 1;
    if (head === this.tail) return { nextOffset: this.end, settledAhead: [] };
    return {
      nextOffset: this.offsets[head & this.mask],
      settledAhead: this.rangesOf(head, isSettled),
    };
  }

  private isSettled(sequence: number): boolean {
    return this.settledFlags[sequence & this.mask] === 1;
  }

  private rangesOf(from: number, isSettled: (sequence: number) => boolean): SettledRanges {
    const ranges: number[] = [];
    let isOpen = false;
    for (let sequence = from; sequence < this.tail; sequence += 1) {
      const offset = this.offsets[sequence & this.mask]!;
      const isIn = isSettled(sequence);
      if (isIn) {
        if (!isOpen) ranges.push(offset, 0);
        ranges[ranges.length - 1] = offset + 1;
      }
      isOpen = isIn;
    }
    return ranges;
  }

  /** Adds a record above all others. Its offset must be higher than any before. */
  track(offset: number): number {
    if (this.end !== undefined && offset < this.end) {
      throw new RangeError(`offset ${offset} is below ${this.end}, the end of what was tracked`);
    }
    if (this.depth === this.offsets.length) this.grow();
    const sequence = this.tail;
    const index = sequence & this.mask;
    this.offsets[index] = offset;
    this.settledFlags[index] = 0;
    this.tail += 1;
    this.unsettledCount += 1;
    this.end = offset + 1;
    return sequence;
  }

  /** Adds a record above all others that needs no handling. */
  trackSettled(offset: number): void {
    this.mark(this.track(offset));
  }

  /** Says that everything below `nextOffset` has been read: what was not tracked there are markers or gaps. */
  advanceEnd(nextOffset: number): void {
    if (this.end === undefined || nextOffset > this.end) this.end = nextOffset;
  }

  /** Marks a tracked record as settled; a second time changes nothing. */
  settle(sequence: number): void {
    if (sequence < this.head || sequence >= this.tail) return;
    if (this.settledFlags[sequence & this.mask] === 1) return;
    if (sequence > this.head) this.version += 1;
    this.mark(sequence);
  }

  private mark(sequence: number): void {
    this.settledFlags[sequence & this.mask] = 1;
    this.unsettledCount -= 1;
    while (this.head < this.tail && this.settledFlags[this.head & this.mask] === 1) this.head += 1;
  }

  private get mask(): number {
    return this.offsets.length - 1;
  }

  private grow(): void {
    const capacity = this.offsets.length * 2;
    const offsets = new Float64Array(capacity);
    const settledFlags = new Uint8Array(capacity);
    for (let sequence = this.head; sequence < this.tail; sequence += 1) {
      offsets[sequence & (capacity - 1)] = this.offsets[sequence & this.mask]!;
      settledFlags[sequence & (capacity - 1)] = this.settledFlags[sequence & this.mask]!;
    }
    this.offsets = offsets;
    this.settledFlags = settledFlags;
  }
}
