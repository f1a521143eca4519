/**
 * Scales the windows of a process's consumers down so that together they stay within the limit. Each keeps at least one
 * slot and its proportion, so that no consumer can take another's slots.
 */
export function fitConcurrency(
  wanted: ReadonlyMap<string, number>,
  limit: number,
): ReadonlyMap<string, number> {
  const total = [...wanted.values()].reduce((sum, concurrency) => sum + concurrency, 0);
  if (total <= limit) return wanted;
  return new Map(
    [...wanted].map(([consumer, concurrency]) => [
      consumer,
      Math.max(1, Math.floor((concurrency * limit) / total)),
    ]),
  );
}
