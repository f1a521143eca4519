import { deadlineState, type HandlerDeadline } from './handler-deadline.policy.js';

/** A delivery as its deadline sees it. */
export interface WatchedDelivery {
  readonly deadline: HandlerDeadline;
  /** Time that its attempt has had with the handler by now; undefined while no handler has it. */
  spentMs(now: number): number | undefined;
  /** The deadline has passed. May be called again for the same attempt. */
  expire(): void;
  /** The grace has passed as well. May be called again for the same attempt. */
  becomeOverdue(): void;
}

export interface DeadlineWatchOptions {
  readonly intervalMs: number;
  readonly underWay: () => Iterable<WatchedDelivery>;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/** A scan that comes later than its interval by more than this was held up: no handler could run meanwhile. */
const STALLED_AFTER_MS = 1_000;

/**
 * Looks at all deliveries under way once per interval, with one timer for all of them and none while nothing is under
 * way. A deadline is noticed late by an interval at most and never early: time in which the event loop, or the whole
 * process, stood still counts for nobody, because no handler could end in it.
 */
export class DeadlineWatch {
  private readonly clock: () => number;
  private timer: NodeJS.Timeout | undefined;
  private scannedAt = 0;
  private stalledMs = 0;

  constructor(private readonly options: DeadlineWatchOptions) {
    this.clock = options.now ?? (() => performance.now());
  }

  /** Monotonic milliseconds, less what the event loop stood still. Deadlines are counted in these. */
  now(): number {
    return this.clock() - this.stalledMs;
  }

  /** Keeps scanning until nothing is under way any more. */
  wake(): void {
    if (this.timer !== undefined) return;
    this.scannedAt = this.clock();
    this.timer = setInterval(() => this.scan(), this.options.intervalMs);
    this.timer.unref();
  }

  private scan(): void {
    this.noteStall();
    const now = this.now();
    let isIdle = true;
    for (const delivery of this.options.underWay()) {
      isIdle = false;
      const spentMs = delivery.spentMs(now);
      if (spentMs === undefined) continue;
      const state = deadlineState(spentMs, delivery.deadline);
      if (state === 'within') continue;
      delivery.expire();
      if (state === 'overdue') delivery.becomeOverdue();
    }
    if (!isIdle) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private noteStall(): void {
    const now = this.clock();
    const lateMs = now - this.scannedAt - this.options.intervalMs;
    if (lateMs > STALLED_AFTER_MS) this.stalledMs += lateMs;
    this.scannedAt = now;
  }
}
