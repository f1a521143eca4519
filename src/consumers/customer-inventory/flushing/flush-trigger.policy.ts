/** When a buffer is flushed at the latest. */
export interface FlushLimits {
  readonly records: number;
  readonly bytes: number;
  readonly intervalMs: number;
}

/** What a buffer holds. */
export interface Buffered {
  readonly records: number;
  readonly bytes: number;
  /** How long its oldest record has been in it. */
  readonly oldestMs: number;
}

/** How long until the buffer is flushed: 0 for at once; undefined for an empty one. */
export function untilFlush(
  { records, bytes, oldestMs }: Buffered,
  limits: FlushLimits,
): number | undefined {
  if (records === 0) return undefined;
  if (records >= limits.records || bytes >= limits.bytes) return 0;
  return Math.max(0, limits.intervalMs - oldestMs);
}

/** How many of the oldest records one flush takes: what fits into its limits, and one at least. */
export function flushSize(
  sizes: Iterable<number>,
  { records, bytes }: Pick<FlushLimits, 'records' | 'bytes'>,
): number {
  let [taken, sum] = [0, 0];
  for (const size of sizes) {
    sum += size;
    if (taken > 0 && (taken === records || sum > bytes)) break;
    taken += 1;
  }
  return taken;
}
