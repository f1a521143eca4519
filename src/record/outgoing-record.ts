import type { RecordHeader } from './kafka-record.js';

/** What is published: bytes as they are, headers in order. */
export interface OutgoingRecord {
  readonly topic: string;
  /** Used when the topic has that partition; otherwise folded into those it has, so that order within one is kept. */
  readonly partition?: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
  /** Epoch milliseconds. */
  readonly timestamp: number;
  /** Sent alone, its batch compressed: a topic's size limit holds for the batch as it was sent. */
  readonly isCompressed?: boolean;
  /** Refused where the topic does not have its partition, instead of folded. */
  readonly keepsPartition?: boolean;
}

/** Where a published record stands. */
export interface PublishedPlace {
  readonly partition: number;
  readonly offset: number;
}
