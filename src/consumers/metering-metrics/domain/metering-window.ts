import { Instant } from '../../../values/index.js';

const MICROSECONDS_PER_MILLISECOND = 1000n;

/**
 * Time cut into pieces of one length, the same for everybody: they begin at multiples of it since 1970-01-01T00:00Z. So a
 * window of an hour is an hour of the clock in UTC, and one of a day a day. The first one of all begins with the year 1.
 */
export class MeteringWindow {
  private readonly microseconds: bigint;

  constructor(readonly milliseconds: number) {
    this.microseconds = BigInt(milliseconds) * MICROSECONDS_PER_MILLISECOND;
  }

  /** When the window begins that holds this instant. */
  startOf({ epochMicroseconds: time }: Instant): Instant {
    const sinceStart = ((time % this.microseconds) + this.microseconds) % this.microseconds;
    return Instant.of(time - sinceStart) ?? Instant.of(Instant.EARLIEST)!;
  }
}
