const TICK_MS = 1_000;
/** What a restart of the connection itself may take before its silence means anything. */
const GRACE_MS = 1_000;

export interface WatchdogOptions {
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  /** False from the start of a join to its end: the other members may take the rebalance timeout. */
  readonly isJoined: () => boolean;
  /** Told once. */
  readonly expired: (error: Error) => void;
}

/**
 * Notices a connection that neither heartbeats nor joins any more and says nothing, whatever the cause. It counts time
 * in which this process ran: one that was frozen is given its chance to heartbeat first.
 */
export class Watchdog {
  private silentMs = 0;
  private tickedAt = performance.now();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: WatchdogOptions) {}

  start(): void {
    this.tickedAt = performance.now();
    this.timer = setInterval(() => {
      const now = performance.now();
      this.tick(now - this.tickedAt);
      this.tickedAt = now;
    }, TICK_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** A heartbeat was accepted, or a join has begun or ended. */
  sign(): void {
    this.silentMs = 0;
  }

  /** Called about once a second, with the time since the last call. */
  tick(elapsedMs: number): void {
    this.silentMs += Math.min(elapsedMs, 2 * TICK_MS);
    const { sessionTimeoutMs, rebalanceTimeoutMs, isJoined, expired } = this.options;
    const limit = sessionTimeoutMs + GRACE_MS + (isJoined() ? 0 : rebalanceTimeoutMs);
    if (this.silentMs <= limit) return;
    this.stop();
    const seconds = Math.round(this.silentMs / 1000);
    expired(new Error(`no heartbeat was answered and no join ended for ${seconds} s`));
  }
}
