/**
 * Offsets that are settled, as bounds in ascending order: from, to, from, to … each `to` the first offset behind its
 * range. Flat, because a ledger makes one for each commit. Ranges neither touch nor overlap.
 */
export type SettledRanges = readonly number[];

/** Whether one of the ranges has the offset. */
export function hasOffset(ranges: SettledRanges, offset: number): boolean {
  let low = 0;
  let high = ranges.length;
  // The number of bounds at or below the offset: odd inside a range, even between two.
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranges[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}

/** What the ranges have at `start` and above. */
export function rangesFrom(ranges: SettledRanges, start: number): SettledRanges {
  const first = ranges.findIndex((bound, index) => index % 2 === 1 && bound > start);
  if (first === -1) return [];
  return [Math.max(ranges[first - 1]!, start), ...ranges.slice(first)];
}

/** Both, where all of `higher` lies above all of `lower`; two that touch become one. */
export function joinRanges(lower: SettledRanges, higher: SettledRanges): SettledRanges {
  if (lower.length === 0) return higher;
  if (lower[lower.length - 1] === higher[0]) return [...lower.slice(0, -1), ...higher.slice(1)];
  return [...lower, ...higher];
}
