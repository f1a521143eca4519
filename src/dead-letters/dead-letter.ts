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
  /** Epoch milliseconds: the time of the failure, as the record's timestamp says. */
  readonly failedAtMs: number;
  /** Key and value are not here, because they could not be read. */
  readonly isPointer: boolean;
}

/** `partition:offset` within the dead-letter topic: what people name a dead letter by. */
export function placeOf({ record }: Pick<DeadLetter, 'record'>): string {
  return `${record.partition}:${record.offset}`;
}
