import { Injectable } from '@nestjs/common';
import { PostgresDatabase } from '../../../connections/postgres/index.js';
import { EMPTY_CHAIN, type ChainHead, type StoredEntry } from '../domain/index.js';
import { CHAINS, ENTRIES, HEAD, OFFSETS } from './audit-log.statements.js';

export interface ChainName {
  readonly topic: string;
  readonly partition: number;
}

/** What one page holds at most, but for a single row that is larger. */
const PAGE_ROWS = 500;
const PAGE_BYTES = 4 * 1024 * 1024;
const PAGE_OFFSETS = 10_000;

/** Reads the log as it stands, whatever was done to it, page by page: what it holds does not grow with the log. */
@Injectable()
export class AuditLogReader {
  constructor(private readonly database: PostgresDatabase) {}

  /** Every chain that has entries or a noted end. */
  chains(): Promise<ChainName[]> {
    return this.database.query<ChainName>(CHAINS);
  }

  /** The end as it is noted, that of an empty chain when it is not. */
  async head({ topic, partition }: ChainName): Promise<ChainHead> {
    const [row] = await this.database.query<{ sequence: string; hash: Buffer }>(HEAD, [
      topic,
      partition,
    ]);
    return row === undefined ? EMPTY_CHAIN : { sequence: BigInt(row.sequence), hash: row.hash };
  }

  /** The rows of a chain by sequence; of equal ones each. */
  async *entries({ topic, partition }: ChainName): AsyncGenerator<StoredEntry[]> {
    for (let last = -(2n ** 63n); ;) {
      const page = [topic, partition, last, PAGE_ROWS, PAGE_BYTES];
      const rows = await this.database.query<EntryRow>(ENTRIES, page);
      if (rows.length === 0) return;
      const entries = rows.map(entryOf);
      yield entries;
      last = entries.at(-1)!.sequence;
    }
  }

  /** The offsets of a chain's entries that are below a bound, ascending, each once. */
  async *offsets({ topic, partition }: ChainName, below: number): AsyncGenerator<number[]> {
    for (let from = 0; ;) {
      const page = [topic, partition, from, below, PAGE_OFFSETS];
      const rows = await this.database.query<{ offset: string }>(OFFSETS, page);
      if (rows.length === 0) return;
      const offsets = rows.map(({ offset }) => Number(offset));
      yield offsets;
      from = offsets.at(-1)! + 1;
    }
  }
}

/** As PostgreSQL gives it. Whoever tampers may also take away that a column must not be null. */
interface EntryRow {
  readonly topic: string;
  readonly partition: number;
  readonly sequence: string;
  readonly offset: string | null;
  readonly record_timestamp: string | null;
  readonly read_topic: string;
  readonly read_partition: number;
  readonly read_offset: string | null;
  readonly event_id: string;
  readonly agent_id: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly header_names: readonly (Buffer | null)[] | null;
  readonly header_values: readonly (Buffer | null)[] | null;
  readonly appended_at: string | null;
  readonly previous_hash: Buffer | null;
  readonly hash: Buffer | null;
}

const NOTHING = Buffer.alloc(0);

function entryOf(row: EntryRow): StoredEntry {
  const [names, values] = [row.header_names ?? [], row.header_values ?? []];
  // Lists that do not fit together are not what was written: some header is missing then, and the hash tells.
  const headers = Array.from(
    { length: Math.max(names.length, values.length) },
    (_, index) => [names[index] ?? NOTHING, values[index] ?? null] as const,
  );
  return {
    topic: row.topic,
    partition: row.partition,
    sequence: BigInt(row.sequence),
    offset: BigInt(row.offset ?? -1),
    recordTimestamp: BigInt(row.record_timestamp ?? -1),
    readTopic: row.read_topic,
    readPartition: row.read_partition,
    readOffset: BigInt(row.read_offset ?? -1),
    eventId: row.event_id,
    agentId: row.agent_id,
    key: row.key,
    value: row.value ?? NOTHING,
    headers,
    appendedAt: BigInt(row.appended_at ?? -1),
    previousHash: row.previous_hash ?? NOTHING,
    hash: row.hash ?? NOTHING,
  };
}
