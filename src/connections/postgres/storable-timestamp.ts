/**
 * A record's timestamp as a bigint column can hold it. A producer may write any 64 bits; what is no time is the earliest
 * or the latest one.
 */
export function storableTimestamp(milliseconds: number): number {
  if (Number.isNaN(milliseconds)) return -1;
  return Math.min(Math.max(milliseconds, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}
