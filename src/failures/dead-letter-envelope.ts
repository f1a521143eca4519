import { createHash } from 'node:crypto';
import type { OutgoingRecord } from '../kafka/index.js';
import { cutToBytes, describeError, stackFrames } from '../observability/index.js';
import type { DeadLetterReason, Delivery, RecordHeader } from '../record/index.js';
import { redriveCountOf } from './own-topics.js';
import { originalHeadersOf } from './retry-envelope.js';
import { CONSUMER_HEADERS, hasConsumerHeaders } from './consumer-headers.decorator.js';
import { DEAD_LETTER_HEADERS, type DeadLetterHeader } from './dead-letter-headers.js';

const MESSAGE_BYTES = 1024;
const STACK_BYTES = 2048;
/** All headers of ours together, names and values, whatever the names of topics and groups. */
const ENVELOPE_BYTES = 4096;
/** Where the record leaves no room for more. */
const SHORT_MESSAGE_BYTES = 128;
const ID_LENGTH = 32;
const CONSUMER_ERROR_BYTES = 256;

const OURS: ReadonlySet<string> = new Set(Object.values(DEAD_LETTER_HEADERS));

export interface DeadLetterCase {
  readonly delivery: Delivery;
  readonly reason: DeadLetterReason;
  readonly error: unknown;
  readonly failedAt: Date;
  /** Without the stack and with the beginning of the message, for a record that fills its topic's limit. */
  readonly isShort?: boolean;
}

/**
 * The dead letter of a record: key, value and every header of its own as they were, our headers replaced and never
 * added twice. Stamped with the time of the failure, so that the topic's retention counts from there.
 */
export function toDeadLetter(topic: string, deadLetter: DeadLetterCase): OutgoingRecord {
  const { delivery, failedAt } = deadLetter;
  const { record, origin } = delivery;
  const ours = Object.entries(envelopeOf(deadLetter)) as [DeadLetterHeader, string | undefined][];
  return {
    topic,
    partition: origin.partition,
    key: record.key,
    value: record.value,
    timestamp: failedAt.getTime(),
    headers: [
      ...originalHeadersOf(delivery).filter(([name]) => !OURS.has(name)),
      ...ours.flatMap(([header, text]): RecordHeader[] =>
        text === undefined ? [] : [[DEAD_LETTER_HEADERS[header], Buffer.from(text)]],
      ),
      ...consumerHeaders(deadLetter),
    ],
  };
}

function consumerHeaders({ delivery, error, failedAt }: DeadLetterCase): readonly RecordHeader[] {
  if (!hasConsumerHeaders(delivery.handler.controller)) return [];
  const { message } = describeError(error);
  return [
    [CONSUMER_HEADERS.failedAt, Buffer.from(failedAt.toISOString())],
    [CONSUMER_HEADERS.error, Buffer.from(cutToBytes(message, CONSUMER_ERROR_BYTES))],
  ];
}

/**
 * The forms in which it is published, for a topic that refuses the one before for its size: whole, with short
 * diagnostics, and so and compressed. The record itself is the same in each.
 */
export function deadLetterForms(
  topic: string,
  deadLetter: DeadLetterCase,
): readonly (() => OutgoingRecord)[] {
  const short = (): OutgoingRecord => toDeadLetter(topic, { ...deadLetter, isShort: true });
  return [() => toDeadLetter(topic, deadLetter), short, () => ({ ...short(), isCompressed: true })];
}

/** Equal for repeats of one dead letter: a hash of the group and the record's origin. */
export function deadLetterId({ handler, origin }: Delivery): string {
  const { topic, partition, offset, timestamp } = origin;
  const identity = JSON.stringify([handler.groupId, topic, partition, offset, timestamp]);
  return createHash('sha256').update(identity).digest('hex').slice(0, ID_LENGTH);
}

type Envelope = Record<DeadLetterHeader, string | undefined>;

function envelopeOf(deadLetter: DeadLetterCase): Envelope {
  const { delivery, reason, error, failedAt, isShort = false } = deadLetter;
  const { origin, handler, failedAttempts } = delivery;
  const description = describeError(error);
  const envelope = {
    reason,
    errorClass: description.class,
    errorMessage: cutToBytes(description.message, isShort ? SHORT_MESSAGE_BYTES : MESSAGE_BYTES),
    errorStack: undefined,
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
    redriveCount: String(redriveCountOf(delivery)),
    pointer: delivery.record.unreadable === undefined ? undefined : 'true',
  };
  if (isShort) return envelope;
  const others = consumerHeaders(deadLetter).map(([name, value]) => name.length + value!.length);
  const taken = others.reduce((sum, bytes) => sum + bytes, bytesOf(envelope));
  const room = ENVELOPE_BYTES - DEAD_LETTER_HEADERS.errorStack.length - taken;
  return { ...envelope, errorStack: stackFrames(error, Math.min(STACK_BYTES, room)) };
}

function bytesOf(envelope: Envelope): number {
  let bytes = 0;
  for (const [header, text] of Object.entries(envelope)) {
    if (text === undefined) continue;
    bytes += DEAD_LETTER_HEADERS[header as DeadLetterHeader].length + Buffer.byteLength(text);
  }
  return bytes;
}
