/**
 * The time that one attempt has had with its handler. What it spent suspended does not count. Times come from the
 * caller and must not go back.
 */
export class AttemptClock {
  private since: number | undefined;
  private spentMs = 0;
  private isOpen = false;

  /** Whether a handler holds the attempt now: it has begun, has not ended, and is not suspended. */
  get isRunning(): boolean {
    return this.since !== undefined;
  }

  begin(now: number): void {
    this.isOpen = true;
    this.spentMs = 0;
    this.since = now;
  }

  /** Changes nothing outside of an attempt: policies suspend deliveries too. */
  pause(now: number): void {
    this.spentMs = this.spent(now);
    this.since = undefined;
  }

  resume(now: number): void {
    if (this.isOpen) this.since = now;
  }

  end(now: number): void {
    this.pause(now);
    this.isOpen = false;
  }

  /** Of the attempt that is under way, or of the last one. */
  spent(now: number): number {
    return this.since === undefined ? this.spentMs : this.spentMs + Math.max(0, now - this.since);
  }
}
