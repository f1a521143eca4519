import { MissingPartitionError } from './missing-partition.errors.js';

/** What a failure of a transactional producer says. */
export interface ProducerFailure {
  /**
   * `too-large`, `record`: the broker refuses a record, for its size or another way of its own. `topic`: it refuses
   * whatever is for that topic. `fenced`: another producer has the id. `unknown`: nobody knows what became of it.
   */
  readonly kind: 'too-large' | 'record' | 'topic' | 'fenced' | 'unknown';
  /** The broker's name for it, or the message of what is none of its. */
  readonly type: string;
  readonly code?: number;
}

const KINDS: Readonly<Record<number, ProducerFailure['kind']>> = {
  // MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE
  10: 'too-large',
  18: 'too-large',
  // CORRUPT_MESSAGE, INVALID_TIMESTAMP, POLICY_VIOLATION, UNSUPPORTED_COMPRESSION_TYPE, INVALID_RECORD
  2: 'record',
  32: 'record',
  44: 'record',
  76: 'record',
  87: 'record',
  // UNKNOWN_TOPIC_OR_PARTITION, INVALID_TOPIC_EXCEPTION, TOPIC_AUTHORIZATION_FAILED
  3: 'topic',
  17: 'topic',
  29: 'topic',
  // INVALID_PRODUCER_EPOCH; the newer PRODUCER_FENCED is unknown to kafkajs
  47: 'fenced',
  90: 'fenced',
};

/** Reads the broker's answer out of what kafkajs has wrapped around it. */
export function producerFailureOf(error: unknown): ProducerFailure {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; depth += 1) {
    if (cause instanceof MissingPartitionError) return { kind: 'topic', type: cause.message };
    const { code, type } = cause as { code?: unknown; type?: unknown };
    if (typeof code === 'number' && typeof type === 'string') {
      return { kind: KINDS[code] ?? 'unknown', type, code };
    }
    ({ cause } = cause);
  }
  return { kind: 'unknown', type: error instanceof Error ? error.message : String(error) };
}
