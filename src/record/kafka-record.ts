import type { MillraceError } from './record.errors.js';

/** One header as it stood in the record: names may repeat, values may be null or binary, order is kept. */
export type RecordHeader = readonly [name: string, value: Buffer | null];

/** A record's place. `partition` and `offset` are whole numbers; offsets are exact up to 2^53 - 1. */
export interface RecordPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** The source record a delivery goes back to, also after retry or redrive. `timestamp` is epoch milliseconds. */
export interface RecordOrigin extends RecordPosition {
  readonly timestamp: number;
}

/** A consumed record, byte for byte. A null value is a tombstone. */
export interface KafkaRecord extends RecordOrigin {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
  /** Why the record's bytes could not be read at all; key, value and headers are empty then. */
  readonly unreadable?: MillraceError;
}

/**
 * What a record costs in memory, in bytes: key, value and headers, with a flat allowance for the objects around them. The
 * value counts twice: while it is handled there are its bytes, which a dead letter needs, and what they decode to.
 */
export function sizeOf(record: KafkaRecord): number {
  let bytes = 200 + (record.key?.length ?? 0) + 2 * (record.value?.length ?? 0);
  for (const [name, value] of record.headers) bytes += 48 + name.length + (value?.length ?? 0);
  return bytes;
}

/** The last header of that name as text, or undefined. The newest of a repeated header stands last. */
export function headerText(
  headers: readonly RecordHeader[],
  ...names: readonly string[]
): string | undefined {
  for (const wanted of names) {
    for (let index = headers.length - 1; index >= 0; index -= 1) {
      const [name, value] = headers[index]!;
      if (name === wanted && value !== null) return value.toString('utf8');
    }
  }
  return undefined;
}

/** `topic-partition`, the form Kafka's own tools print; a map key for both. */
export function partitionName(position: { topic: string; partition: number }): string {
  return `${position.topic}-${position.partition}`;
}
