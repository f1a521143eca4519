import { Injectable } from '@nestjs/common';
import {
  DeliveryAbandoned,
  headerText,
  REDRIVE_COUNT_HEADER,
  type Delivery,
  type HandlerDescription,
  type Outcome,
} from '../../record/index.js';
import {
  RecordObserver,
  type AttemptAction,
  type ConsumedPartition,
  type FailureKind,
  type SkippedOffsets,
} from '../record-observer.js';
import { noLogs, nothingCounted, type HandlerCounts, type LogCounts } from './handler-counts.js';

type HandlerName = Pick<HandlerDescription, 'topic' | 'groupId' | 'handler'>;

/** Beside its source a group reads no topics but its own, where the header is its own too. */
function wasRedriven({ record, handler }: Delivery): boolean {
  if (record.topic === handler.topic) return false;
  return Number(headerText(record.headers, REDRIVE_COUNT_HEADER)) > 0;
}

/**
 * Counts what becomes of records, in plain numbers that are read at a scrape: a settled record costs a look-up by its
 * handler and a few additions. As many counts as there are handlers, whatever keys and errors come.
 */
@Injectable()
export class CountingRecordObserver extends RecordObserver {
  /** By the handler's description, which lives as long as the handler does. */
  readonly #bound = new WeakMap<HandlerName, HandlerCounts>();
  readonly #byName = new Map<string, HandlerCounts>();
  readonly #logs = new Map<string, LogCounts>();

  settled(delivery: Delivery, outcome: Outcome, milliseconds: number): void {
    const counts = this.of(delivery.handler);
    if (outcome.kind === 'dead-lettered') counts.deadLetters[outcome.reason] += 1;
    else if (outcome.kind !== 'retried') counts.attempts.succeeded += 1;
    if (outcome.kind !== 'retried' && wasRedriven(delivery)) {
      counts.redrives[outcome.kind === 'dead-lettered' ? 'dead_letter' : outcome.kind] += 1;
    }
    counts.processing.observe(milliseconds / 1_000);
    const { timestamp } = delivery.origin;
    // Without a timestamp (-1) there is nothing to measure; a producer's clock that is ahead counts as no time.
    if (timestamp >= 0) counts.endToEnd.observe(Math.max(0, Date.now() - timestamp) / 1_000);
  }

  attemptFailed(
    delivery: Delivery,
    error: unknown,
    action: AttemptAction,
    kind: FailureKind,
  ): void {
    if (error instanceof DeliveryAbandoned) return;
    const counts = this.of(delivery.handler);
    counts.attempts[action === 'wait' ? 'waited' : 'failed'] += 1;
    if (action !== 'dead-letter' && kind !== 'permanent') counts.retries[kind] += 1;
  }

  deadLetterRefused(delivery: Delivery): void {
    this.of(delivery.handler).deadLetterPublishFailures += 1;
  }

  offsetsSkipped(place: ConsumedPartition, { count, cause }: SkippedOffsets): void {
    this.logsOf(place).skippedOffsets[cause] += count;
  }

  logReset(place: ConsumedPartition): void {
    this.logsOf(place).resets += 1;
  }

  /** The counts of a topic's logs as a group reads them, zeros when nothing has happened yet. */
  logsOf({ topic, groupId }: Pick<HandlerName, 'topic' | 'groupId'>): LogCounts {
    const name = JSON.stringify([topic, groupId]);
    const counts = this.#logs.get(name) ?? noLogs();
    this.#logs.set(name, counts);
    return counts;
  }

  /** The counts of a handler, zeros when nothing has happened yet. */
  of(handler: HandlerName): HandlerCounts {
    return this.#bound.get(handler) ?? this.#bind(handler);
  }

  /** Nest's own transport describes the handler anew for each record: those share the counts of its name. */
  #bind(handler: HandlerName): HandlerCounts {
    const name = JSON.stringify([handler.topic, handler.groupId, handler.handler]);
    const counts = this.#byName.get(name) ?? nothingCounted();
    this.#byName.set(name, counts);
    this.#bound.set(handler, counts);
    return counts;
  }
}
