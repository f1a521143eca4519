import type { OutgoingRecord } from '../../record/index.js';
import { bytesOf, type QueuedEntry, type QueuedPublication } from './queued-entry.js';

const MAX_RECORDS = 500;
const MAX_BYTES = 512 * 1024;

/** One record of a request, and whose it is. */
export interface RequestPart {
  readonly entry: QueuedEntry;
  readonly publication: QueuedPublication;
  readonly record: OutgoingRecord;
}

/** What is sent together: records of one topic. */
export interface SendRequest {
  readonly topic: string;
  readonly parts: readonly RequestPart[];
}

/**
 * What a transaction sends, one request after the other: all records of a topic in the order of their entries. Alone
 * goes what is compressed, and everything for a topic that has refused a request before: so a refusal tells whose it is.
 */
export function requestsOf(
  entries: readonly QueuedEntry[],
  isSentSingly: (topic: string) => boolean,
): SendRequest[] {
  const topics = new Map<string, RequestPart[]>();
  for (const entry of entries) {
    for (const publication of entry.publications) {
      const record = publication.record();
      const parts = topics.get(record.topic) ?? [];
      topics.set(record.topic, parts);
      parts.push({ entry, publication, record });
    }
  }
  return [...topics].flatMap(([topic, parts]) =>
    divide(parts, isSentSingly(topic)).map((some) => ({ topic, parts: some })),
  );
}

function divide(parts: readonly RequestPart[], isSingly: boolean): RequestPart[][] {
  const requests: RequestPart[][] = [];
  let bytes = 0;
  let isClosed = true;
  for (const part of parts) {
    const size = bytesOf(part.record);
    const isAlone = isSingly || part.record.isCompressed === true;
    const current = requests[requests.length - 1];
    const isFull = current?.length === MAX_RECORDS || bytes + size > MAX_BYTES;
    if (current === undefined || isClosed || isAlone || isFull) {
      requests.push([part]);
      bytes = size;
    } else {
      current.push(part);
      bytes += size;
    }
    isClosed = isAlone;
  }
  return requests;
}
