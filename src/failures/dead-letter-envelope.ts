import { createHash } from 'node:crypto';
import type { OutgoingRecord } from '../kafka/index.js';
import { cutToBytes, describeError, stackFrames } from '../observability/index.js';
import type { DeadLetterReason, Delivery, RecordHeader } from '../record/index.js';
import { DEAD_LETTER_HEADERS, type DeadLetterHeader } from './dead-letter-headers.js';

const MESSAGE_BYTES = 1024;
const STACK_BYTES = 2048;
const ID_LENGTH = 32;

export interface DeadLetterCase {
  readonly delivery: Delivery;
  readonly reason: DeadLetterReason;
  readonly error: unknown;
  readonly failedAt: Date;
}

/**
 * The dead letter of a record: key, value and every header of its own as they were, our headers replaced and never
 * added twice. Stamped with the time of the failure, so that the topic's retention counts from there.
 */
export function toDeadLetter(topic: string, deadLetter: DeadLetterCase): OutgoingRecord {
  const { delivery, failedAt } = deadLetter;
  const { record, origin } = delivery;
  const ours = Object.entries(envelopeOf(deadLetter)) as [DeadLetterHeader, string | undefined][];
  const replaced: ReadonlySet<string> = new Set(Object.values(DEAD_LETTER_HEADERS));
  return {
    topic,
    partition: origin.partition,
    key: record.key,
    value: record.value,
    timestamp: failedAt.getTime(),
    headers: [
      ...record.headers.filter(([name]) => !replaced.has(name)),
      ...ours.flatMap(([header, text]): RecordHeader[] =>
        text === undefined ? [] : [[DEAD_LETTER_HEADERS[header], Buffer.from(text)]],
      ),
    ],
  };
}

/** Equal for repeats of one dead letter: a hash of the group and the record's origin. */
export function deadLetterId({ handler, origin }: Delivery): string {
  const { topic, partition, offset, timestamp } = origin;
  const identity = JSON.stringify([handler.groupId, topic, partition, offset, timestamp]);
  return createHash('sha256').update(identity).digest('hex').slice(0, ID_LENGTH);
}

function envelopeOf(deadLetter: DeadLetterCase): Record<DeadLetterHeader, string | undefined> {
  const { delivery, reason, error, failedAt } = deadLetter;
  const { origin, handler, failedAttempts } = delivery;
  const description = describeError(error);
  return {
    reason,
    errorClass: description.class,
    errorMessage: cutToBytes(description.message, MESSAGE_BYTES),
    errorStack: stackFrames(error, STACK_BYTES),
    originalTopic: origin.topic,
    originalPartition: String(origin.partition),
    originalOffset: String(origin.offset),
    originalTimestamp: String(origin.timestamp),
    consumerGroup: handler.groupId,
    handler: handler.handler,
    attempts: String(Math.max(1, failedAttempts)),
    firstFailedAt: (delivery.firstFailedAt ?? failedAt).toISOString(),
    failedAt: failedAt.toISOString(),
    id: deadLetterId(delivery),
    redriveCount: '0',
    pointer: delivery.record.unreadable === undefined ? undefined : 'true',
  };
}
