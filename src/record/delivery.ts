import type { KafkaRecord, RecordOrigin } from './kafka-record.js';
import type { Outcome } from './outcome.js';
import type { Outbox } from './publication.js';
import type { RetryPath } from './retry-path.js';

/** Who handles a record: stable names for logs, metrics and headers, and the class and method for reading policies. */
export interface HandlerDescription {
  /** The consumer's name: its folder's name, or the controller's in kebab case. */
  readonly consumer: string;
  readonly groupId: string;
  readonly topic: string;
  /** `Controller.method`. */
  readonly handler: string;
  /** The class and the method that carry the policies' metadata (read them with Nest's Reflector). */
  readonly controller: abstract new (...parameters: never[]) => unknown;
  readonly method: (...parameters: never[]) => unknown;
}

/** Why a delivery gives its slot back for a while. A dependency's name is what health shows and what wakes it. */
export type Wait =
  | { readonly why: 'backoff' }
  /** Until its turn to try again, or until its handler's breaker is closed. */
  | { readonly why: 'breaker' }
  | { readonly why: 'dependency'; readonly dependency: string; readonly detail: string };

/** One record on its way through the policies to its handler. */
export interface Delivery {
  readonly record: KafkaRecord;
  readonly origin: RecordOrigin;
  readonly handler: HandlerDescription;
  /** Rises with every assignment of the partition; a store fences an older owner by it. */
  readonly assignmentEpoch: number;
  /** The decoded value; a tombstone is null. Set before the policies run. */
  value: unknown;
  /** The attempt under way: 1 for the first try. */
  attempt: number;
  /** Attempts that have failed and counted, and when the first of them did. */
  failedAttempts: number;
  firstFailedAt: Date | undefined;
  /** In [0, 1): how its next wait is spread. Records that failed as one have the same, and come back together. */
  spread?: number | undefined;
  /** Aborted when the delivery is abandoned, and when the attempt's deadline has passed. Made only when read. */
  readonly signal: AbortSignal;
  /**
   * Aborted when the delivery is settled without waiting for its handler: nothing that the handler still does may take
   * effect. Absent where every handler is waited for.
   */
  readonly givenUp?: AbortSignal;
  /** Absent on a transport that reads no retry topics. */
  readonly retryPath?: RetryPath;
  /**
   * Takes what is published for the record, to commit it in one transaction with the record's offset. Absent where each
   * publication is acknowledged by itself.
   */
  readonly outbox?: Outbox | undefined;
  /**
   * Gives the concurrency slot back until `until` (epoch ms) or until the dependency answers, keeping the key's lane.
   * Resumes before records that have not started. Rejects with `DeliveryAbandoned` at revocation and stop, which
   * every step must let through.
   */
  suspend(until: number, wait: Wait): Promise<void>;
}

/** A policy around the handler. It must let `DeliveryAbandoned` through. */
export type DeliveryStep = (delivery: Delivery, next: () => Promise<Outcome>) => Promise<Outcome>;

/** Wraps `last` in the steps, the first of them outermost. Composed once per handler, at start. */
export function composeSteps<Kind extends Delivery>(
  steps: readonly DeliveryStep[],
  last: (delivery: Kind) => Promise<Outcome>,
): (delivery: Kind) => Promise<Outcome> {
  return steps.reduceRight<(delivery: Kind) => Promise<Outcome>>(
    (next, step) => (delivery) => step(delivery, () => next(delivery)),
    last,
  );
}
