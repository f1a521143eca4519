import type { KafkaMessage } from 'kafkajs';

/** The internal topic in which the brokers keep what groups commit. */
export const COMMIT_TOPIC = '__consumer_offsets';

export interface LoggedCommit {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** When the broker wrote it, epoch ms. */
  readonly timestamp: number;
  /** What the member wrote beside the offset. */
  readonly metadata: string;
}

/** Key versions of an offset commit; 2 is a group's own metadata. */
const COMMIT_KEY_VERSIONS = [0, 1];
const MIN_VALUE_BYTES = 10;

/**
 * Reads a record of `__consumer_offsets`. Undefined for what is no commit: groups' metadata, and tombstones of expired
 * commits. Every version of the value begins with its number and the offset; from 3 on the leader's epoch follows, and
 * then the metadata, of which 4 writes the length as a varint.
 */
export function decodeCommit({ key, value, timestamp }: KafkaMessage): LoggedCommit | undefined {
  if (key === null || value === null || value.length < MIN_VALUE_BYTES) return undefined;
  if (!COMMIT_KEY_VERSIONS.includes(key.readInt16BE(0))) return undefined;
  const groupEnd = 4 + key.readInt16BE(2);
  const topicEnd = groupEnd + 2 + key.readInt16BE(groupEnd);
  return {
    group: key.toString('utf8', 4, groupEnd),
    topic: key.toString('utf8', groupEnd + 2, topicEnd),
    partition: key.readInt32BE(topicEnd),
    offset: Number(value.readBigInt64BE(2)),
    timestamp: Number(timestamp),
    metadata: metadataOf(value),
  };
}

function metadataOf(value: Buffer): string {
  const version = value.readInt16BE(0);
  const at = version < 3 ? 10 : 14;
  if (version < 4) return value.toString('utf8', at + 2, at + 2 + value.readInt16BE(at));
  let [length, end] = [0, at];
  for (let shift = 0; ; shift += 7) {
    const byte = value[end++]!;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value.toString('utf8', end, end + length - 1);
  }
}
