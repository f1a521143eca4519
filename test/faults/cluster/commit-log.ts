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
}

/** Key versions of an offset commit; 2 is a group's own metadata. */
const COMMIT_KEY_VERSIONS = [0, 1];
const MIN_VALUE_BYTES = 10;

/**
 * Reads a record of `__consumer_offsets`. Undefined for what is no commit: groups' metadata, and tombstones of expired
 * commits. Every version of the value begins with its number and the offset, which is all that is read.
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
  };
}
