/** With how much a batch or a buffer is full. */
export interface FlushSize {
  readonly maxRecords: number;
  /** Of keys and values; 0 where nothing is said of bytes. */
  readonly maxBytes: number;
}

/** What one partition may have unsettled before its fetching stands still. */
export interface UnsettledLimits {
  /** Records between its commit watermark and its newest. */
  readonly window: number;
  /** Its part of its group's buffer. */
  readonly records: number;
  readonly bytes: number;
}

/** The limit that is in the way, and what it would have to be. */
export interface TooSmall {
  readonly limit: keyof UnsettledLimits;
  readonly needed: number;
}

/** What a record takes of the buffer beside its bytes, and how often its bytes are counted there. */
const RECORD_OVERHEAD_BYTES = 200;
const BYTES_COUNTED = 2;

/**
 * What keeps one partition from ever filling a flush of that size; undefined when it can. Below it every flush would
 * wait for its time although there are records enough.
 */
export function tooSmallFor(size: FlushSize, limits: UnsettledLimits): TooSmall | undefined {
  const { maxRecords, maxBytes } = size;
  const bytes = BYTES_COUNTED * maxBytes + RECORD_OVERHEAD_BYTES * maxRecords;
  if (limits.window < maxRecords) return { limit: 'window', needed: maxRecords };
  if (limits.records < maxRecords) return { limit: 'records', needed: maxRecords };
  if (limits.bytes < bytes) return { limit: 'bytes', needed: bytes };
  return undefined;
}
