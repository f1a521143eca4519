import { createHash } from 'node:crypto';
import { headerText, partitionName, type Delivery, type RecordHeader } from '../record/index.js';
import type { LogFields } from './log-catalogue.js';
import { oneLine } from './one-line.js';

type PlaceFields = Omit<LogFields, 'event'>;

const CORRELATION_HEADERS = ['correlation-id', 'x-correlation-id', 'correlationId'];
const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

/** The first 8 hex digits of the key's SHA-256; undefined for a record without a key. */
export function keyHash(key: Buffer | null): string | undefined {
  return key === null ? undefined : createHash('sha256').update(key).digest('hex').slice(0, 8);
}

/** The correlation id that the producer gave, else the trace that its record belongs to. */
export function correlationId(headers: readonly RecordHeader[]): string | undefined {
  const given = oneLine(headerText(headers, ...CORRELATION_HEADERS) ?? '', 128);
  if (given !== '') return given;
  return TRACE_PARENT.exec(headerText(headers, 'traceparent') ?? '')?.[1];
}

/** What names a record in the log, and who handles it. */
export function recordFields({ record, origin, handler, attempt }: Delivery): PlaceFields {
  const isOrigin =
    origin.topic === record.topic &&
    origin.partition === record.partition &&
    origin.offset === record.offset;
  return {
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    origin: isOrigin ? undefined : `${partitionName(origin)}@${origin.offset}`,
    keyHash: keyHash(record.key),
    attempt,
    correlationId: correlationId(record.headers),
    consumer: handler.consumer,
    group: handler.groupId,
    handler: handler.handler,
  };
}
