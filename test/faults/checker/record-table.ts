import type { Expectation, LoggedRecord } from './history.js';

const ABSENT = 0;
const CODES: Readonly<Record<Expectation, number>> = { effect: 1, 'dead-letter': 2, either: 3 };
const EXPECTATIONS: readonly (Expectation | undefined)[] = [
  undefined,
  'effect',
  'dead-letter',
  'either',
];
const NO_KEY = -1;
const NONE = -1;

/** One partition's records by offset, in arrays: a million of them take about 40 MB. */
export class PartitionRecords {
  private expectation = new Uint8Array(0);
  /** The key's number, or NO_KEY. */
  private keys = new Int32Array(0);
  private following = new Int32Array(0);
  effects = new Uint8Array(0);
  deadLetters = new Uint8Array(0);
  /** Whether the record went to a retry topic. */
  moved = new Uint8Array(0);
  /** When the record first was done with; Infinity while it is not. */
  settledAt = new Float64Array(0);
  effectAt = new Float64Array(0);
  effectBy = new Int32Array(0);
  end = 0;
  private settledBelow = 0;

  add(offset: number, expects: Expectation, key: number): void {
    if (offset >= this.expectation.length) this.grow(offset + 1);
    this.expectation[offset] = CODES[expects];
    this.keys[offset] = key;
    this.end = Math.max(this.end, offset + 1);
  }

  expects(offset: number): Expectation | undefined {
    return EXPECTATIONS[this.expectation[offset] ?? ABSENT];
  }

  keyOf(offset: number): number | undefined {
    const key = this.keys[offset];
    return key === undefined || key === NO_KEY ? undefined : key;
  }

  noteEffect(offset: number, at: number, by = NONE): void {
    this.effects[offset] = Math.min(255, this.effects[offset]! + 1);
    this.effectAt[offset] = at;
    this.effectBy[offset] = by;
  }

  isSettled(offset: number): boolean {
    return this.settledAt[offset]! < Infinity;
  }

  /** The lowest offset whose record is neither done with nor elsewhere. */
  get firstUnsettled(): number {
    while (
      this.settledBelow < this.end &&
      (this.expectation[this.settledBelow] === ABSENT ||
        this.isSettled(this.settledBelow) ||
        this.moved[this.settledBelow] === 1)
    ) {
      this.settledBelow += 1;
    }
    return this.settledBelow;
  }

  nextOfKey(offset: number): number | undefined {
    const next = this.following[offset]!;
    return next === NONE ? undefined : next;
  }

  /** Chains the records of each key; calls back with the first of each. */
  link(first: (key: number, offset: number) => void): void {
    const last = new Map<number, number>();
    for (let offset = 0; offset < this.end; offset += 1) {
      const key = this.keyOf(offset);
      if (this.expectation[offset] === ABSENT || key === undefined) continue;
      const before = last.get(key);
      if (before === undefined) first(key, offset);
      else this.following[before] = offset;
      last.set(key, offset);
    }
  }

  private grow(needed: number): void {
    const size = Math.max(needed, this.expectation.length * 2, 1024);
    this.expectation = copied(new Uint8Array(size), this.expectation);
    this.keys = copied(new Int32Array(size).fill(NO_KEY), this.keys);
    this.following = copied(new Int32Array(size).fill(NONE), this.following);
    this.effects = copied(new Uint8Array(size), this.effects);
    this.deadLetters = copied(new Uint8Array(size), this.deadLetters);
    this.moved = copied(new Uint8Array(size), this.moved);
    this.settledAt = copied(new Float64Array(size).fill(Infinity), this.settledAt);
    this.effectAt = copied(new Float64Array(size), this.effectAt);
    this.effectBy = copied(new Int32Array(size), this.effectBy);
  }
}

function copied<Numbers extends { set(from: Numbers): void }>(to: Numbers, from: Numbers): Numbers {
  to.set(from);
  return to;
}

/** Every record of the log, and what has become of it so far. */
export class RecordTable {
  readonly partitions: PartitionRecords[] = [];
  /** By the key's number: the offset of its first record that is not done with. */
  readonly frontiers: (number | undefined)[] = [];
  count = 0;

  constructor(records: Iterable<LoggedRecord>) {
    const numbers = new Map<string, number>();
    for (const { partition, offset, key, expects } of records) {
      const name = `${partition} ${key}`;
      let number = key === null ? NO_KEY : numbers.get(name);
      if (number === undefined) numbers.set(name, (number = numbers.size));
      const known = this.partition(partition);
      if (known.expects(offset) === undefined) this.count += 1;
      known.add(offset, expects, number);
    }
    for (const partition of this.partitions) {
      partition?.link((key, offset) => (this.frontiers[key] = offset));
    }
  }

  partition(number: number): PartitionRecords {
    return (this.partitions[number] ??= new PartitionRecords());
  }

  /** Every place that holds a record, by partition and offset. */
  *places(): Generator<{ partition: number; offset: number; records: PartitionRecords }> {
    for (const [partition, records] of this.partitions.entries()) {
      // A partition without records leaves a hole in the array.
      for (
        let offset = 0;
        offset < ((records as PartitionRecords | undefined)?.end ?? 0);
        offset += 1
      ) {
        if (records.expects(offset) !== undefined) yield { partition, offset, records };
      }
    }
  }

  get(place: {
    readonly partition: number;
    readonly offset: number;
  }): PartitionRecords | undefined {
    const partition = this.partitions[place.partition];
    return partition?.expects(place.offset) === undefined ? undefined : partition;
  }

  /** The record is done with, for the first time or again. */
  settle(place: { readonly partition: number; readonly offset: number }, at: number): void {
    const partition = this.get(place);
    if (partition === undefined) return;
    partition.settledAt[place.offset] = Math.min(partition.settledAt[place.offset]!, at);
    const key = partition.keyOf(place.offset);
    if (key === undefined || this.frontiers[key] !== place.offset) return;
    let next: number | undefined = place.offset;
    while (next !== undefined && partition.isSettled(next)) next = partition.nextOfKey(next);
    this.frontiers[key] = next;
  }
}
