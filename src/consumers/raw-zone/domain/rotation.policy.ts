/** What ends an object: whichever is reached first. */
export interface RotationLimits {
  readonly records: number;
  /** Of lines, before they are compressed. */
  readonly bytes: number;
  /** After its first record came. */
  readonly intervalMs: number;
}

/** An object that is being gathered. */
export interface Gathered {
  readonly records: number;
  readonly bytes: number;
  /** When its first record came, in milliseconds of the same clock as `now`. */
  readonly since: number;
}

/**
 * Whether what is gathered becomes an object now. Time is the clock's and not the records': the last records of a quiet
 * topic do not wait for the next one. Where objects end therefore differs from run to run; that no record stands in two
 * of them does not depend on it.
 */
export function isDue(gathered: Gathered, limits: RotationLimits, now: number): boolean {
  return (
    gathered.records >= limits.records ||
    gathered.bytes >= limits.bytes ||
    now - gathered.since >= limits.intervalMs
  );
}

/** Milliseconds until time alone makes it due. */
export function untilDue({ since }: Gathered, { intervalMs }: RotationLimits, now: number): number {
  return Math.max(0, since + intervalMs - now);
}
