import { createHash, type Hash } from 'node:crypto';
import type { AuditEntry } from './audited-record.js';

/** Part of every hash, so that another encoding can follow under another name. */
const ENCODING = 'millrace.audit-log.1';

/**
 * SHA-256 over every column but the hash itself, in the order below. Each field is one byte, 0 for null and 1 for what
 * follows: its length in bytes as 8 bytes, big-endian, then the bytes themselves. Text is UTF-8, a whole number its
 * decimal digits, headers their number and then name and value of each. Nothing is joined without its length, so no two
 * entries that differ have the same bytes.
 */
export function hashOf(entry: AuditEntry): Buffer {
  const hash = createHash('sha256');
  const fields: readonly (string | number | bigint | Buffer | null)[] = [
    ENCODING,
    entry.topic,
    entry.partition,
    entry.sequence,
    entry.offset,
    entry.recordTimestamp,
    entry.readTopic,
    entry.readPartition,
    entry.readOffset,
    entry.eventId,
    entry.agentId,
    entry.appendedAt,
    entry.key,
    entry.value,
    entry.headers.length,
    ...entry.headers.flat(),
    entry.previousHash,
  ];
  for (const field of fields) {
    add(hash, field === null || Buffer.isBuffer(field) ? field : Buffer.from(String(field)));
  }
  return hash.digest();
}

function add(hash: Hash, bytes: Buffer | null): void {
  const head = Buffer.alloc(bytes === null ? 1 : 9);
  if (bytes === null) {
    hash.update(head);
    return;
  }
  head.writeUInt8(1);
  head.writeBigUInt64BE(BigInt(bytes.length), 1);
  hash.update(head).update(bytes);
}
