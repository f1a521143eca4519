import type { FetchedBatch } from '../../../src/kafka/client/index.js';
import { decodeCompletedAhead } from '../../../src/kafka/consumer/offsets/completed-ahead.js';
import { hasOffset } from '../../../src/kafka/consumer/offsets/settled-ranges.js';
import { partitionName, type KafkaRecord } from '../../../src/record/index.js';

export const TOPIC = 'things';
export const DEAD_LETTERS = 'things.dead';

/** A record of the model, with what became of it. */
export interface LoggedRecord {
  readonly id: number;
  readonly name: string;
  readonly key: string | null;
  readonly record: KafkaRecord;
  readonly log: PartitionLog;
  /** Effects and acknowledged dead letters. */
  outcomes: number;
  /** How often it may happen again, because somebody was lost while it was under way or not yet committed. */
  repeatsAllowed: number;
  /** Deleted by retention, or with its topic, before anybody had handled it. */
  isGone: boolean;
}

/** `null` stands for an offset that holds no record: a transaction marker, or one that compaction took out. */
type Entry = LoggedRecord | null;

/** One partition as the broker has it. */
export class PartitionLog {
  readonly name: string;
  entries: Entry[] = [];
  start = 0;
  committed: number | undefined;
  /** The member that was given it last, and since when it is to be given up. */
  owner: string | undefined;
  revokedAt: number | undefined;
  committedMetadata = '';
  /** Deleted and created again once; positions of the old log may still be about. */
  wasReset = false;

  constructor(readonly partition: number) {
    this.name = partitionName({ topic: TOPIC, partition });
  }

  get end(): number {
    return this.entries.length;
  }

  *records(from: number): Iterable<LoggedRecord> {
    for (let offset = Math.max(from, this.start); offset < this.end; offset += 1) {
      const entry = this.entries[offset];
      if (entry) yield entry;
    }
  }

  append(id: number, key: string | null): void {
    const offset = this.end;
    const bytes = Buffer.from(String(id));
    this.entries.push({
      id,
      key,
      name: `${this.name}@${offset}${key === null ? '' : `(${key})`}${this.wasReset ? "'" : ''}`,
      log: this,
      outcomes: 0,
      repeatsAllowed: 0,
      isGone: false,
      record: {
        topic: TOPIC,
        partition: this.partition,
        offset,
        timestamp: 1_800_000_000_000,
        key: key === null ? null : Buffer.from(key),
        value: bytes,
        headers: [],
      },
    });
  }

  appendMarker(): void {
    this.entries.push(null);
  }

  /** Retention deletes what lies before an offset. */
  trim(before: number): void {
    for (const record of this.records(this.start)) {
      if (record.record.offset < before) record.isGone = true;
    }
    this.start = Math.max(this.start, before);
  }

  /** The topic is deleted and created again, with the group's offsets; its new log has few records. */
  reset(): void {
    this.trim(this.end);
    this.entries = [];
    this.start = 0;
    this.committed = undefined;
    this.committedMetadata = '';
    this.wasReset = true;
  }

  /** The record is among those that the last commit tells of as settled ahead of it. */
  isTold({ record }: LoggedRecord): boolean {
    if (this.committed === undefined) return false;
    const place = { partition: this.name, base: this.committed };
    const told = decodeCompletedAhead(place, this.committedMetadata);
    return told !== undefined && hasOffset(told, record.offset);
  }

  isOutOfRange(position: number): boolean {
    return position < this.start || position > this.end;
  }

  read(position: number, most: number): FetchedBatch {
    const nextOffset = Math.min(this.end, position + most);
    const records = this.entries
      .slice(position, nextOffset)
      .flatMap((entry) => (entry === null ? [] : [entry.record]));
    return {
      topic: TOPIC,
      partition: this.partition,
      fetchedOffset: position,
      nextOffset,
      highWatermark: this.end,
      records,
    };
  }
}
