import type { BrakeStatus, StartBrake } from '../../kafka/index.js';
import { describeError, type RecordObserver } from '../../observability/index.js';
import type { Delivery, HandlerDescription } from '../../record/index.js';
import { BreakerPolicy } from './breaker.policy.js';

/**
 * The breaker of one handler in this process. While it is open its consumer starts no new records, and those that failed
 * stay pending and try again in turn. At most `threshold` - 1 records are given up before it opens.
 */
export class Breaker implements StartBrake {
  private readonly policy: BreakerPolicy<Delivery>;
  private readonly releaseListeners: (() => void)[] = [];
  private lastError = '';
  private openings = 0;

  constructor(
    private readonly handler: HandlerDescription,
    threshold: number,
    private readonly observer: RecordObserver,
  ) {
    this.policy = new BreakerPolicy(threshold);
  }

  get isOpen(): boolean {
    return this.policy.isOpen;
  }

  get applications(): number {
    return this.openings;
  }

  /** A record's attempts are used up. True when it is held instead of given up. */
  exhausted(delivery: Delivery, error: unknown): boolean {
    const wasOpen = this.policy.isOpen;
    const isHeld = this.policy.exhausted(delivery, keyOf(delivery), Date.now());
    if (!isHeld) return false;
    this.lastError = describeError(error).class;
    if (!wasOpen) {
      this.openings += 1;
      this.observer.breakerOpened(this.handler, this.lastError);
    }
    return true;
  }

  succeeded(): void {
    if (this.policy.succeeded()) this.release();
  }

  /** A record that may have been held is settled in another way, waits for a dependency, or is no longer ours. */
  left(delivery: Delivery): void {
    if (this.policy.left(delivery)) this.release();
  }

  /** Resolves when the held record may try again. Rejects with `DeliveryAbandoned`, as `suspend` does. */
  async turnOf(delivery: Delivery): Promise<void> {
    for (;;) {
      const until = this.policy.waitFor(delivery, Date.now());
      if (until === undefined) return;
      try {
        await delivery.suspend(until, { why: 'breaker' });
      } catch (abandoned) {
        this.left(delivery);
        throw abandoned;
      }
    }
  }

  admits(): boolean {
    return !this.policy.isOpen || this.policy.admitsNew(Date.now());
  }

  onRelease(listener: () => void): void {
    this.releaseListeners.push(listener);
  }

  status(): BrakeStatus | undefined {
    const { open } = this.policy;
    if (open === undefined) return undefined;
    return {
      handler: this.handler.handler,
      openSince: new Date(open.since).toISOString(),
      lastError: this.lastError,
      heldRecords: open.held,
      failedProbes: open.failedProbes,
      nextProbe: new Date(open.nextProbeAt).toISOString(),
    };
  }

  private release(): void {
    this.observer.breakerClosed(this.handler);
    for (const listener of this.releaseListeners) listener();
  }
}

/** Records without a key are each their own. */
function keyOf({ origin, record }: Delivery): string {
  const { topic, partition, offset } = origin;
  const key = record.key === null ? offset : record.key.toString('latin1');
  return JSON.stringify([topic, partition, key]);
}
