import type { KafkaRecord, RecordHeader } from '../../../src/record/index.js';

/** A record as a producer would send it. What is not said has a default; an object as the value is sent as JSON. */
export interface KitRecord {
  readonly value: object | string | Buffer | null;
  readonly key?: string | Buffer | null;
  readonly headers?: Readonly<Record<string, string | Buffer | null>>;
  /** The topic of the consumer's only handler when nothing is said. */
  readonly topic?: string;
  readonly partition?: number;
  /** The next one of its partition when nothing is said: the same offset is the same record again. */
  readonly offset?: number;
  /** Epoch milliseconds. */
  readonly timestamp?: number;
}

const JANUARY_2026 = Date.UTC(2026, 0, 31, 12);

/** Gives records their places, as a broker would. */
export class KitLog {
  private readonly ends = new Map<string, number>();

  append(record: KitRecord, topic: string): KafkaRecord {
    const { partition = 0, timestamp = JANUARY_2026, key = null } = record;
    const name = `${topic}-${partition}`;
    const offset = record.offset ?? this.ends.get(name) ?? 0;
    this.ends.set(name, Math.max(this.ends.get(name) ?? 0, offset + 1));
    return {
      ...{ topic, partition, offset, timestamp },
      key: bytesOf(key),
      value: bytesOf(record.value),
      headers: Object.entries(record.headers ?? {}).map(([header, value]): RecordHeader => [
        header,
        bytesOf(value),
      ]),
    };
  }
}

function bytesOf(given: object | string | null): Buffer | null {
  if (given === null || Buffer.isBuffer(given)) return given;
  return Buffer.from(typeof given === 'string' ? given : JSON.stringify(given));
}
