import { hasOffset, rangesFrom, type SettledRanges } from './settled-ranges.js';

const NOTHING: SettledRanges = [];

/**
 * What the partition's earlier owner had settled ahead of its last commit and this one has not read yet. It holds only
 * for a reader that begins at exactly that commit; any other beginning voids it.
 */
export class InheritedSettlements {
  private base: number | undefined;
  private ranges = NOTHING;

  /** What has not been read yet. */
  get remaining(): SettledRanges {
    return this.ranges;
  }

  get isEmpty(): boolean {
    return this.ranges.length === 0;
  }

  inherit(base: number, ranges: SettledRanges | undefined): void {
    this.base = base;
    this.ranges = ranges ?? NOTHING;
  }

  beginAt(position: number): void {
    if (position !== this.base) this.drop();
  }

  has(offset: number): boolean {
    return !this.isEmpty && hasOffset(this.ranges, offset);
  }

  /** Everything below `nextOffset` has been read. */
  passTo(nextOffset: number): void {
    if (!this.isEmpty) this.ranges = rangesFrom(this.ranges, nextOffset);
  }

  drop(): void {
    this.ranges = NOTHING;
  }
}
