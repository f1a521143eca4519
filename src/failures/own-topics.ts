import { headerText, type Delivery } from '../record/index.js';
import { DEAD_LETTER_HEADERS } from './dead-letter-headers.js';

type Read = Pick<Delivery, 'handler' | 'record'>;

const KIND = /^(?:(redrive)|(retry)\.[1-9]\d*)$/;

/** By which topic of its group's own the record came, so that headers named like ours are ours; undefined: by none. */
export function ownTopicKindOf({
  handler: { topic, groupId },
  record,
}: Read): 'retry' | 'redrive' | undefined {
  const prefix = `${topic}.${groupId}.`;
  if (!record.topic.startsWith(prefix)) return undefined;
  const found = KIND.exec(record.topic.slice(prefix.length));
  if (found === null) return undefined;
  return found[1] === undefined ? 'retry' : 'redrive';
}

/**
 * How often the record was redriven, as whoever redrove it wrote down. On the source topic nobody is believed; on a retry
 * topic it always stands, and last.
 */
export function redriveCountOf(read: Read): number {
  if (ownTopicKindOf(read) === undefined) return 0;
  const count = Number(headerText(read.record.headers, DEAD_LETTER_HEADERS.redriveCount));
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}
