/** Offsets from `from` on, without `to`. */
export interface OffsetSpan {
  readonly from: number;
  readonly to: number;
}

/** Finds the offsets that are missing among ascending ones, as they come, in front of a bound. */
export class OffsetGaps {
  private position: number;

  constructor(
    from: number,
    private readonly bound: number,
  ) {
    this.position = from;
  }

  /** What is missing before this offset. Repeats are allowed. */
  take(offset: number): OffsetSpan | undefined {
    const end = Math.min(offset, this.bound);
    const gap = end > this.position ? { from: this.position, to: end } : undefined;
    this.position = Math.max(this.position, offset + 1);
    return gap;
  }

  /** What is missing between the last offset and the bound. */
  finish(): OffsetSpan | undefined {
    return this.take(this.bound);
  }
}

/** The parts of a span whose offsets are not among the known ones, which ascend. */
export function unknownIn({ from, to }: OffsetSpan, known: readonly number[]): OffsetSpan[] {
  const parts: OffsetSpan[] = [];
  const gaps = new OffsetGaps(from, to);
  for (let index = firstFrom(known, from); index < known.length && known[index]! < to; index += 1) {
    const part = gaps.take(known[index]!);
    if (part !== undefined) parts.push(part);
  }
  const rest = gaps.finish();
  return rest === undefined ? parts : [...parts, rest];
}

/** The index of the first that is not below the bound. */
function firstFrom(ascending: readonly number[], bound: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
