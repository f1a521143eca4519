import type { OutgoingRecord } from '../kafka/index.js';
import { headerText, type Delivery, type RecordHeader } from '../record/index.js';
import { DEAD_LETTER_HEADERS } from './dead-letter-headers.js';
import { ownTopicKindOf, redriveCountOf } from './own-topics.js';
import { RETRY_HEADERS } from './retry-headers.js';

/** The header that our block begins with, always. */
const FIRST = RETRY_HEADERS.attempt;

const ON_REDRIVEN: ReadonlySet<string> = new Set([
  ...Object.values(RETRY_HEADERS),
  DEAD_LETTER_HEADERS.redriveCount,
]);

export interface RetryWait {
  readonly delayMs: number;
  /** Of the delays of its retry topics, this one included if it is one. */
  readonly delaysUsed: number;
}

/**
 * The record for a retry topic: key, value and its own headers as they were, then our headers as one block at the end,
 * the last one's replaced. Stamped with the time of the publication, so that retention counts from there.
 */
export function toRetryRecord(
  topic: string,
  delivery: Delivery,
  { delayMs, delaysUsed }: RetryWait,
): OutgoingRecord {
  const { record, origin, failedAttempts, firstFailedAt } = delivery;
  const now = Date.now();
  const redriveId = redriveIdOf(delivery);
  const block: readonly (readonly [string, string])[] = [
    [FIRST, String(failedAttempts + 1)],
    [RETRY_HEADERS.delaysUsed, String(delaysUsed)],
    [RETRY_HEADERS.notBefore, String(now + delayMs)],
    ...(firstFailedAt === undefined
      ? []
      : [[RETRY_HEADERS.firstFailedAt, firstFailedAt.toISOString()] as const]),
    [RETRY_HEADERS.originalTopic, origin.topic],
    [RETRY_HEADERS.originalPartition, String(origin.partition)],
    [RETRY_HEADERS.originalOffset, String(origin.offset)],
    [RETRY_HEADERS.originalTimestamp, String(origin.timestamp)],
    ...(redriveId === undefined ? [] : [[RETRY_HEADERS.redriveId, redriveId] as const]),
    [DEAD_LETTER_HEADERS.redriveCount, String(redriveCountOf(delivery))],
  ];
  return {
    topic,
    // Not the origin's: what goes together is partition n of each topic, and this record is read from one of them.
    partition: record.partition,
    key: record.key,
    value: record.value,
    timestamp: now,
    headers: [
      ...originalHeadersOf(delivery),
      ...block.map(([name, text]): RecordHeader => [name, Buffer.from(text)]),
    ],
  };
}

/** The record's own headers, byte for byte and in order: without what a retry or a redrive added. */
export function originalHeadersOf(
  read: Pick<Delivery, 'handler' | 'record'>,
): readonly RecordHeader[] {
  const { headers } = read.record;
  switch (ownTopicKindOf(read)) {
    case 'retry':
      return headers.slice(0, beginOf(headers));
    case 'redrive':
      return headers.filter(([name]) => !ON_REDRIVEN.has(name));
    case undefined:
      return headers;
  }
}

/** Our block of a record on a retry topic; headers of the same names before it are the record's own. */
export function envelopeIn(headers: readonly RecordHeader[]): readonly RecordHeader[] {
  return headers.slice(beginOf(headers));
}

function beginOf(headers: readonly RecordHeader[]): number {
  for (let index = headers.length - 1; index >= 0; index -= 1) {
    if (headers[index]![0] === FIRST) return index;
  }
  return headers.length;
}

function redriveIdOf(delivery: Delivery): string | undefined {
  const kind = ownTopicKindOf(delivery);
  if (kind === undefined) return undefined;
  const { headers } = delivery.record;
  return headerText(kind === 'retry' ? envelopeIn(headers) : headers, RETRY_HEADERS.redriveId);
}
