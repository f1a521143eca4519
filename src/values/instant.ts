const MICROSECONDS_PER_SECOND = 1_000_000n;

/** A point in time, exact to the microsecond, in the years 1 to 9999. */
export class Instant {
  static readonly EARLIEST = -62_135_596_800n * MICROSECONDS_PER_SECOND;
  static readonly LATEST = 253_402_300_800n * MICROSECONDS_PER_SECOND - 1n;

  private constructor(readonly epochMicroseconds: bigint) {}

  /** Undefined outside the years 1 to 9999. */
  static of(epochMicroseconds: bigint): Instant | undefined {
    const isInRange = epochMicroseconds >= Instant.EARLIEST && epochMicroseconds <= Instant.LATEST;
    return isInRange ? new Instant(epochMicroseconds) : undefined;
  }

  /** ISO 8601 in UTC with all six decimals. */
  toString(): string {
    const microseconds =
      ((this.epochMicroseconds % MICROSECONDS_PER_SECOND) + MICROSECONDS_PER_SECOND) %
      MICROSECONDS_PER_SECOND;
    const seconds = (this.epochMicroseconds - microseconds) / MICROSECONDS_PER_SECOND;
    const whole = new Date(Number(seconds) * 1000)
      .toISOString()
      .slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
    return `${whole}.${String(microseconds).padStart(6, '0')}Z`;
  }
}
