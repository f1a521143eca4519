import { headerText, type Delivery } from '../record/index.js';
import { DEAD_LETTER_HEADERS } from './dead-letter-headers.js';

type Read = Pick<Delivery, 'handler' | 'record'>;

/** Whether the record came by a retry or redrive topic of its group, so that headers named like ours are ours. */
export function isFromOwnTopic({ handler: { topic, groupId }, record }: Read): boolean {
  const prefix = `${topic}.${groupId}.`;
  if (!record.topic.startsWith(prefix)) return false;
  return /^(redrive|retry\.[1-9]\d*)$/.test(record.topic.slice(prefix.length));
}

/** How often the record was redriven, as whoever redrove it wrote down. On the source topic nobody is believed. */
export function redriveCountOf(read: Read): number {
  if (!isFromOwnTopic(read)) return 0;
  const count = Number(headerText(read.record.headers, DEAD_LETTER_HEADERS.redriveCount));
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}
