/**
 * The right to start handlers: it lasts one session timeout from the last sign that the broker counts us as a member.
 * Past it the group may have given our partitions away, so nothing may start until the next good heartbeat.
 */
export class Lease {
  private lastSign = Number.NEGATIVE_INFINITY;
  private latestSign = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly sessionTimeoutMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** `since` is when the question was sent, not when its answer was read: a process may have slept in between. */
  renew(since: number): void {
    this.lastSign = Math.max(this.lastSign, since);
    this.latestSign = Math.max(this.latestSign, since);
  }

  /** The broker has said that we are no member any more. */
  expire(): void {
    this.lastSign = Number.NEGATIVE_INFINITY;
  }

  get isValid(): boolean {
    return this.now() <= this.lastSign + this.sessionTimeoutMs;
  }

  /** Before this nobody else can have had our partitions by our silence alone, also when the lease has ended since. */
  get sessionEndsAt(): number {
    return this.latestSign + this.sessionTimeoutMs;
  }

  /** Whether we were counted as a member by something that was asked after `time` (performance.now). */
  isRenewedSince(time: number): boolean {
    return this.isValid && this.lastSign > time;
  }

  get ageMs(): number {
    return this.now() - this.lastSign;
  }
}
