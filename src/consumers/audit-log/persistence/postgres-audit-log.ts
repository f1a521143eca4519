import { Injectable } from '@nestjs/common';
import { PostgresDatabase } from '../../../connections/postgres/index.js';
import {
  EMPTY_CHAIN,
  hashOf,
  type AuditedRecord,
  type AuditEntry,
  type ChainHead,
} from '../domain/index.js';
import { AuditLog } from './audit-log.port.js';
import { APPEND, BEGIN_CHAIN, LOCK_HEAD } from './audit-log.statements.js';

interface HeadRow {
  readonly sequence: string;
  readonly hash: Buffer;
  readonly isKnown: boolean;
}

/**
 * The log in PostgreSQL. The row of the chain's end is locked first and moved on with the entry, so that entries of one
 * chain follow each other without gaps, also when two processes append to it.
 */
@Injectable()
export class PostgresAuditLog extends AuditLog {
  constructor(private readonly database: PostgresDatabase) {
    super();
  }

  append(record: AuditedRecord): Promise<boolean> {
    return this.database.transaction(async () => {
      const { isKnown, ...head } = await this.lockHead(record);
      if (isKnown) return false;
      await this.insert(record, { sequence: BigInt(head.sequence), hash: head.hash });
      return true;
    });
  }

  private async lockHead(record: AuditedRecord): Promise<HeadRow> {
    const { topic, partition, offset, recordTimestamp } = record;
    const lock = async (): Promise<HeadRow | undefined> =>
      (
        await this.database.query<HeadRow>(LOCK_HEAD, [topic, partition, offset, recordTimestamp])
      )[0];
    const head = await lock();
    if (head !== undefined) return head;
    await this.database.query(BEGIN_CHAIN, [topic, partition, EMPTY_CHAIN.hash]);
    return (await lock())!;
  }

  private async insert(record: AuditedRecord, head: ChainHead): Promise<void> {
    const now = new Date();
    const entry: AuditEntry = {
      ...record,
      sequence: head.sequence + 1n,
      appendedAt: BigInt(now.getTime()) * 1000n,
      previousHash: head.hash,
    };
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
      hashOf(entry),
    ]);
  }
}
