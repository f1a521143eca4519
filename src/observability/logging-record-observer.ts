import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import {
  DeliveryAbandoned,
  type DeadLetterReason,
  type Delivery,
  type HandlerDescription,
  type Outcome,
} from '../record/index.js';
import { describeError, type ErrorDescription } from './describe-error.js';
import { LOG_EVENTS, type LogFields, type OffsetLogFields } from './log-catalogue.js';
import { LOGGER } from './logger.js';
import { oneLine } from './one-line.js';
import { recordFields } from './record-fields.js';
import {
  RecordObserver,
  type AttemptAction,
  type ConsumedPartition,
  type LogReset,
  type SkippedOffsets,
  type BlockedAt,
  type BlockedHead,
} from './record-observer.js';
import { WaitLimiter } from './wait-limiter.js';

/** Bad input is the producer's matter; what is an error here needs an operator. */
const DEAD_LETTER_LEVELS: Readonly<Record<DeadLetterReason, 'warn' | 'error'>> = {
  deserialization: 'warn',
  validation: 'warn',
  'non-retryable': 'warn',
  'id-conflict': 'warn',
  oversized: 'warn',
  exhausted: 'error',
  timeout: 'error',
  'no-handler': 'error',
  rejected: 'error',
  'redrive-limit': 'error',
  'head-blocked': 'error',
};

/** A store that is down fails every record in flight alike, again and again: one line per interval tells it. */
const WAIT_INTERVAL_MS = 30_000;

/**
 * Logs what becomes of records: debug when one is settled, warn when an attempt failed, warn or error for a dead letter.
 * Never a payload. Waits for the same dependency are logged once per 30 s and group; all else is logged each time.
 */
@Injectable()
export class LoggingRecordObserver extends RecordObserver {
  /** The last failure of a delivery under way, for its dead letter's line. */
  readonly #failures = new WeakMap<Delivery, ErrorDescription>();
  readonly #waits = new WaitLimiter(WAIT_INTERVAL_MS);

  constructor(@Inject(LOGGER) private readonly logger: Logger) {
    super();
  }

  settled(delivery: Delivery, outcome: Outcome, milliseconds: number): void {
    if (outcome.kind === 'dead-lettered') {
      this.#write(DEAD_LETTER_LEVELS[outcome.reason] ?? 'error', () => ({
        event: LOG_EVENTS.deadLettered,
        ...recordFields(delivery),
        reason: outcome.reason,
        deadLetterTopic: outcome.topic,
        ...errorFields(this.#failures.get(delivery)),
        milliseconds: Math.round(milliseconds),
      }));
    } else if (this.logger.isLevelEnabled('debug')) {
      this.#write('debug', () => ({
        event: LOG_EVENTS.recordSettled,
        ...recordFields(delivery),
        outcome: outcome.kind,
        reason: outcome.kind === 'skipped' ? oneLine(outcome.reason, 256) : undefined,
        retryTopic: outcome.kind === 'retried' ? outcome.topic : undefined,
        milliseconds: Math.round(milliseconds),
      }));
    }
  }

  attemptFailed(delivery: Delivery, error: unknown, action: AttemptAction): void {
    if (error instanceof DeliveryAbandoned) return;
    const description = describeError(error);
    this.#failures.set(delivery, description);
    const kind = `${delivery.handler.groupId} ${description.code ?? description.class}`;
    const suppressed = action === 'wait' ? this.#waits.admit(kind) : 0;
    if (suppressed === undefined && !this.logger.isLevelEnabled('debug')) return;
    this.#write(suppressed === undefined ? 'debug' : 'warn', () => ({
      event: LOG_EVENTS.attemptFailed,
      ...recordFields(delivery),
      action,
      ...errorFields(description),
      suppressed: suppressed === undefined || suppressed === 0 ? undefined : suppressed,
    }));
  }

  override handlerOverdue(delivery: Delivery): void {
    this.#write('warn', () => ({ event: LOG_EVENTS.handlerOverdue, ...recordFields(delivery) }));
  }

  deadLetterRefused(): void {
    // Told once for its topic, and not for each record, by whoever publishes.
  }

  offsetsSkipped(place: ConsumedPartition, { from, to, count, cause }: SkippedOffsets): void {
    this.#write(cause === 'latest' ? 'warn' : 'error', () => ({
      event: LOG_EVENTS.offsetsSkipped,
      ...partitionFields(place),
      from,
      to,
      count,
      cause,
    }));
  }

  logReset(place: ConsumedPartition, { expected, start }: LogReset): void {
    this.#write('error', () => ({
      event: LOG_EVENTS.logReset,
      ...partitionFields(place),
      from: start,
      ...(expected === undefined ? {} : { expected }),
    }));
  }

  override headBlocked(head: BlockedHead & BlockedAt): void {
    this.logger.warn({ event: LOG_EVENTS.headBlocked, ...head }, LOG_EVENTS.headBlocked);
  }

  override headUnblocked(head: BlockedHead & BlockedAt): void {
    this.logger.info({ event: LOG_EVENTS.headUnblocked, ...head }, LOG_EVENTS.headUnblocked);
  }

  override breakerOpened(handler: HandlerDescription, errorClass: string): void {
    const event = LOG_EVENTS.breakerOpened;
    this.logger.error({ event, ...handlerFields(handler), errorClass }, event);
  }

  override breakerClosed(handler: HandlerDescription): void {
    const event = LOG_EVENTS.breakerClosed;
    this.logger.info({ event, ...handlerFields(handler) }, event);
  }

  #write(level: 'debug' | 'warn' | 'error', fields: () => LogFields | OffsetLogFields): void {
    try {
      const all = fields();
      this.logger[level](all, all.event);
    } catch {
      // The record goes on: a log that cannot be written is no reason to lose or stop one.
    }
  }
}

function handlerFields({ consumer, groupId, handler }: HandlerDescription) {
  return { consumer, group: groupId, handler };
}

function partitionFields({ topic, partition, consumer, groupId }: ConsumedPartition) {
  return { topic, partition, consumer, group: groupId };
}

function errorFields(
  description: ErrorDescription | undefined,
): Pick<LogFields, 'errorClass' | 'errorCode' | 'errorMessage'> {
  if (description === undefined) return {};
  const { class: errorClass, code: errorCode, message: errorMessage } = description;
  return { errorClass, errorCode, errorMessage };
}
