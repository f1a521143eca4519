/** Both ends included. */
export interface OffsetRange {
  readonly first: number;
  readonly last: number;
}

/** A set of offsets, kept as the ranges that it consists of. */
export class OffsetRanges {
  private readonly ranges: { first: number; last: number }[] = [];

  static of(offsets: Iterable<number>): OffsetRanges {
    const ranges = new OffsetRanges();
    for (const offset of offsets) ranges.add(offset);
    return ranges;
  }

  /** Undefined while it is empty. */
  get first(): number | undefined {
    return this.ranges[0]?.first;
  }

  get last(): number | undefined {
    return this.ranges.at(-1)?.last;
  }

  has(offset: number): boolean {
    const range = this.ranges[this.indexOf(offset)];
    return range !== undefined && range.first <= offset;
  }

  /** False when it was there already. */
  add(offset: number): boolean {
    const index = this.indexOf(offset);
    const after = this.ranges[index];
    if (after !== undefined && after.first <= offset) return false;
    const before = this.ranges[index - 1];
    const follows = before?.last === offset - 1;
    const precedes = after?.first === offset + 1;
    if (follows && precedes) {
      before.last = after.last;
      this.ranges.splice(index, 1);
    } else if (follows) before.last = offset;
    else if (precedes) after.first = offset;
    else this.ranges.splice(index, 0, { first: offset, last: offset });
    return true;
  }

  /** In ascending order. */
  toArray(): readonly OffsetRange[] {
    return this.ranges.map(({ first, last }) => ({ first, last }));
  }

  /** Of the first range that ends at the offset or behind it; their number when none does. */
  private indexOf(offset: number): number {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ranges[middle]!.last < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
