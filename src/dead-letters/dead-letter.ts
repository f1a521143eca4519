import type { KafkaRecord } from '../record/index.js';
import type { Diagnosis } from './dialects/index.js';

/** One dead letter, whoever wrote it: its record, byte for byte, and what its headers tell. */
export interface DeadLetter extends Diagnosis {
  /** As it stands in the dead-letter topic. */
  readonly record: KafkaRecord;
  /** Whose headers it carries; `unknown` when they are nobody's that we know. */
  readonly dialect: string;
  /** What actions on it are kept under: `x-dlq-id`, or a hash of its place where nobody gave it one. */
  readonly id: string;
  /** How often the record had been redriven when it failed. */
  readonly redriveCount: number;
  /** Epoch milliseconds: the time of the failure, as the record's timestamp says. Kafka Connect's says the record's own. */
  readonly failedAtMs: number;
  /** The record's own value is not here: it could not be read, or its library did not keep it. */
  readonly isPointer: boolean;
}

/** `partition:offset` within the dead-letter topic: what people name a dead letter by. */
export function placeOf({ record }: Pick<DeadLetter, 'record'>): string {
  return `${record.partition}:${record.offset}`;
}
