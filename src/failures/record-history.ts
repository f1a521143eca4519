import type { OwnTopic } from '../kafka/index.js';
import { headerText, type KafkaRecord, type RecordHistory } from '../record/index.js';
import { envelopeIn } from './retry-envelope.js';
import { RETRY_HEADERS } from './retry-headers.js';

/** The shortest form of an instant that `Date` reads as one and not as a number of something. */
const INSTANT = /^\d{4}-\d\d-\d\dT/;

/**
 * What a record on a topic of our own says of its way there. A redriven one begins anew with all its attempts. What is
 * not readable is as if the record had begun here, and waits the whole delay.
 */
export function readHistory(record: KafkaRecord, { level, delayMs }: OwnTopic): RecordHistory {
  const headers = level > 0 ? envelopeIn(record.headers) : record.headers;
  const number = (name: string): number | undefined => wholeNumber(headerText(headers, name));
  const topic = headerText(headers, RETRY_HEADERS.originalTopic);
  const partition = number(RETRY_HEADERS.originalPartition);
  const offset = number(RETRY_HEADERS.originalOffset);
  const timestamp = number(RETRY_HEADERS.originalTimestamp);
  const isWhole = topic && partition !== undefined && offset !== undefined;
  const origin = isWhole ? { topic, partition, offset, timestamp: timestamp ?? -1 } : record;
  if (level === 0) {
    return { origin, failedAttempts: 0, delaysUsed: 0, firstFailedAt: undefined, notBefore: 0 };
  }
  const firstFailedAt = headerText(headers, RETRY_HEADERS.firstFailedAt) ?? '';
  return {
    origin,
    failedAttempts: Math.max(0, (number(RETRY_HEADERS.attempt) ?? 1) - 1),
    delaysUsed: number(RETRY_HEADERS.delaysUsed) ?? level,
    firstFailedAt: instant(firstFailedAt),
    notBefore: number(RETRY_HEADERS.notBefore) ?? endOfDelay(record, delayMs),
  };
}

function endOfDelay({ timestamp }: KafkaRecord, delayMs: number): number {
  // Without a timestamp it waits the whole delay from when it is seen, which is the most that anything waits.
  return timestamp >= 0 ? timestamp + delayMs : Number.MAX_SAFE_INTEGER;
}

function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : undefined;
}

function instant(text: string): Date | undefined {
  const date = new Date(text);
  return INSTANT.test(text) && !Number.isNaN(date.getTime()) ? date : undefined;
}
