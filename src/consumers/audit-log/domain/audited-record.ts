/** A header to the byte. */
export type AuditedHeader = readonly [name: Buffer, value: Buffer | null];

/** A record as the log keeps it. Whole numbers are bigint: a row that was tampered with may hold any. */
export interface AuditedRecord {
  /** The source record's place, also when it was read from a topic of the group's own. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Kafka's, in milliseconds since 1970. */
  readonly recordTimestamp: bigint;
  /** Where it was read: its own place, or that in a retry or redrive topic. */
  readonly readTopic: string;
  readonly readPartition: number;
  readonly readOffset: bigint;
  readonly eventId: string;
  readonly agentId: string;
  readonly key: Buffer | null;
  readonly value: Buffer;
  readonly headers: readonly AuditedHeader[];
}

/** The end of a chain. Before its first entry: sequence 0 and 32 zero bytes. */
export interface ChainHead {
  readonly sequence: bigint;
  readonly hash: Buffer;
}

/** A record in its place in the chain of its partition. */
export interface AuditEntry extends AuditedRecord {
  /** From 1, without gaps, in the order of insertion. */
  readonly sequence: bigint;
  /** Microseconds since 1970. */
  readonly appendedAt: bigint;
  readonly previousHash: Buffer;
}

/** An entry with the hash that stands beside it, right or wrong. */
export interface StoredEntry extends AuditEntry {
  readonly hash: Buffer;
}

export const EMPTY_CHAIN: ChainHead = { sequence: 0n, hash: Buffer.alloc(32) };
