import type { Delivery, HandlerDescription, Outcome } from '../record/index.js';

/** What is done about an attempt that failed. */
export type AttemptAction = 'retry' | 'retry-topic' | 'wait' | 'hold' | 'dead-letter';

/** What kind of failure ended an attempt. */
export type FailureKind = 'waiting' | 'permanent' | 'transient' | 'unknown';

/** A partition as one consumer of a group reads it. */
export interface ConsumedPartition {
  readonly groupId: string;
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
}

/**
 * Why offsets were passed over unread. `deleted`: retention, or an operator, was faster than the group. `latest`:
 * KAFKA_AUTO_OFFSET_RESET says so. `unexplained`: the next batch began higher than what was asked for.
 */
export type SkipCause = 'deleted' | 'latest' | 'unexplained';

/** Offsets from `from` up to, without, `to`. Compaction and markers count, for nobody can tell them any more. */
export interface SkippedOffsets {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly cause: SkipCause;
}

export interface LogReset {
  /** The position that the old log had reached; absent where nobody knows it any more. */
  readonly expected?: number;
  /** Where the new log begins. */
  readonly start: number;
}

/** A record that keeps its partition from going on. */
export interface BlockedHead {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** As in the log; absent for a record without a key, and for one that was not started. */
  readonly keyHash?: string;
  readonly attempt?: number;
  /**
   * `running`: its handler has it. `backoff`: it waits for its next attempt. `dependency`: it waits for the one that is
   * named. `breaker`: it is held until its handler succeeds again. `queued`: not started, because no slot is free or a handler that outlived its partition holds its key.
   */
  readonly doing: 'running' | 'backoff' | 'dependency' | 'breaker' | 'queued';
  readonly dependency?: string;
  /** ISO 8601. */
  readonly since: string;
}

/** Whose partition it is. */
export interface BlockedAt {
  readonly consumer: string;
  readonly group: string;
}

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
  abstract attemptFailed(
    delivery: Delivery,
    error: unknown,
    action: AttemptAction,
    kind: FailureKind,
  ): void;

  /** Called each time a dead letter could not be published. Its record stays pending and the dead letter is tried again. */
  abstract deadLetterRefused(delivery: Delivery, error: Error): void;

  /**
   * Called once for each attempt whose handler has not ended although its deadline and the grace after it have passed.
   * It goes on holding its key, unless its consumer's policy is to dead-letter such records.
   */
  handlerOverdue(delivery: Delivery): void {
    void delivery;
  }

  /** Called once for each range that the group will never read. A loss, unless the cause is `latest`. */
  abstract offsetsSkipped(place: ConsumedPartition, skipped: SkippedOffsets): void;

  /** The log starts anew: its topic was deleted and made again, or the broker lost its end. Reading goes on at `start`. */
  abstract logReset(place: ConsumedPartition, log: LogReset): void;

  /** Called once when the oldest unsettled record of a partition has stood in the way of all behind it for 5 s. */
  headBlocked(head: BlockedHead & BlockedAt): void {
    void head;
  }

  /** Called once when such a head is settled, or its partition lost. */
  headUnblocked(head: BlockedHead & BlockedAt): void {
    void head;
  }

  /** Called once when a handler's breaker opens: its consumer starts no new records. `errorClass` is the last error's. */
  breakerOpened(handler: HandlerDescription, errorClass: string): void {
    void [handler, errorClass];
  }

  /** Called once when it closes again. */
  breakerClosed(handler: HandlerDescription): void {
    void handler;
  }
}
