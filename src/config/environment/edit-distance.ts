/**
 * How many insertions, deletions, replacements and swaps of neighbours turn one text into the other. Stops counting
 * past `limit` and then answers `limit + 1`.
 */
export function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = from[row - 1] === to[column - 1] ? 0 : 1;
      let distance = Math.min(
        last[column]! + 1,
        current[column - 1]! + 1,
        last[column - 1]! + replaced,
      );
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && isSwap) {
        distance = Math.min(distance, beforeLast[column - 2]! + 1);
      }
      current.push(distance);
    }
    if (Math.min(...current, ...last) > limit) return limit + 1;
    [beforeLast, last] = [last, current];
  }
  return Math.min(last[to.length]!, limit + 1);
}

/** The candidate nearest to `text` within `limit` changes, or undefined. */
export function nearest(
  text: string,
  candidates: Iterable<string>,
  limit: number,
): string | undefined {
  let found: string | undefined;
  let best = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(text, candidate, limit);
    if (distance < best) [found, best] = [candidate, distance];
  }
  return found;
}
