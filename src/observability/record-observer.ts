import type { Delivery, Outcome } from '../record/index.js';

/** What is done about an attempt that failed. */
export type AttemptAction = 'retry' | 'retry-topic' | 'wait' | 'dead-letter';

/** Is told what becomes of records, for logs, counters and spans. It decides nothing and never throws. */
export abstract class RecordObserver {
  /**
   * Called once for each settled record, when its outcome is durable and before its offset is committed.
   * `milliseconds` count from its start in its lane, waits included. A record may settle again after a crash or a
   * rebalance, for its offset was not committed.
   */
  abstract settled(delivery: Delivery, outcome: Outcome, milliseconds: number): void;

  /**
   * Called once for each attempt that failed, before `action` is begun; also for bytes that could not be decoded and
   * for a missing handler. Not called for an abandoned delivery: that is no failure.
   */
  abstract attemptFailed(delivery: Delivery, error: unknown, action: AttemptAction): void;

  /**
   * Called once for each attempt whose handler has not ended although its deadline and the grace after it have passed.
   * It goes on holding its key, unless its consumer's policy is to dead-letter such records.
   */
  handlerOverdue(delivery: Delivery): void {
    void delivery;
  }
}
