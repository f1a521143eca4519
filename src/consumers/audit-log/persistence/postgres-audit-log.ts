import { Injectable } from '@nestjs/common';
import { PostgresDatabase } from '../../../connections/postgres/index.js';
import {
  EMPTY_CHAIN,
  hashOf,
  type AuditedRecord,
  type AuditEntry,
  type ChainHead,
} from '../domain/index.js';
import type { ChainName } from './audit-log-reader.js';
import { AuditLog } from './audit-log.port.js';
import { APPEND, BEGIN_CHAIN, KNOWN, LOCK_HEAD } from './audit-log.statements.js';

/**
 * The log in PostgreSQL. The row of a chain's end is locked first and moved on with each entry, so that entries of one
 * chain follow each other without gaps, also when two processes append to it.
 */
@Injectable()
export class PostgresAuditLog extends AuditLog {
  constructor(private readonly database: PostgresDatabase) {
    super();
  }

  append(records: readonly AuditedRecord[]): Promise<void> {
    return this.database.transaction(async () => {
      for (const chain of byChain(records)) await this.appendTo(chain[0]!, chain);
    });
  }

  private async appendTo(chain: ChainName, records: readonly AuditedRecord[]): Promise<void> {
    let head = await this.lockHead(chain);
    const known = await this.knownOf(chain, records);
    for (const record of records) {
      if (!known.has(placeOf(record))) head = await this.insert(record, head);
    }
  }

  private async lockHead({ topic, partition }: ChainName): Promise<ChainHead> {
    type Row = { readonly sequence: string; readonly hash: Buffer };
    const lock = () => this.database.query<Row>(LOCK_HEAD, [topic, partition]);
    let [row] = await lock();
    if (row === undefined) {
      await this.database.query(BEGIN_CHAIN, [topic, partition, EMPTY_CHAIN.hash]);
      [row] = await lock();
    }
    return { sequence: BigInt(row!.sequence), hash: row!.hash };
  }

  private async knownOf(
    { topic, partition }: ChainName,
    records: readonly AuditedRecord[],
  ): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ offset: string; timestamp: string }>(KNOWN, [
      topic,
      partition,
      records.map(({ offset }) => String(offset)),
      records.map(({ recordTimestamp }) => String(recordTimestamp)),
    ]);
    return new Set(rows.map(({ offset, timestamp }) => `${offset} ${timestamp}`));
  }

  private async insert(record: AuditedRecord, head: ChainHead): Promise<ChainHead> {
    const now = new Date();
    const entry: AuditEntry = {
      ...record,
      sequence: head.sequence + 1n,
      appendedAt: BigInt(now.getTime()) * 1000n,
      previousHash: head.hash,
    };
    const hash = hashOf(entry);
    await this.database.query(APPEND, [
      entry.topic,
      entry.partition,
      entry.sequence,
      entry.offset,
      entry.recordTimestamp,
      entry.readTopic,
      entry.readPartition,
      entry.readOffset,
      entry.eventId,
      entry.agentId,
      entry.key,
      entry.value,
      entry.headers.map(([name]) => name),
      entry.headers.map(([, value]) => value),
      now.toISOString(),
      entry.previousHash,
      hash,
    ]);
    return { sequence: entry.sequence, hash };
  }
}

function placeOf({ offset, recordTimestamp }: AuditedRecord): string {
  return `${offset} ${recordTimestamp}`;
}

/** Always in the same order, so that two who append to several chains do not wait for each other in a circle. */
function byChain(records: readonly AuditedRecord[]): AuditedRecord[][] {
  const chains = new Map<string, AuditedRecord[]>();
  for (const record of records) {
    const name = `${record.topic} ${record.partition}`;
    const chain = chains.get(name);
    if (chain === undefined) chains.set(name, [record]);
    else chain.push(record);
  }
  return [...chains].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, chain]) => chain);
}
