import { randomBytes } from 'node:crypto';
import { PostgresConnections } from '../../src/connections/postgres/index.js';
import {
  ChainWalk,
  hashOf,
  type AuditedRecord,
} from '../../src/consumers/audit-log/domain/index.js';
import {
  AUDIT_LOG_MIGRATIONS,
  AuditLogReader,
  PostgresAuditLog,
} from '../../src/consumers/audit-log/persistence/index.js';
import { freshDatabase, storeSettings, type FreshDatabase } from '../support/fresh-database.js';

let database: FreshDatabase;
let connections: PostgresConnections;
let log: PostgresAuditLog;
let reader: AuditLogReader;

beforeAll(async () => {
  database = await freshDatabase();
  connections = new PostgresConnections(storeSettings(database.url));
  connections.register('audit-log', AUDIT_LOG_MIGRATIONS);
  expect(await connections.unmet('audit-log')).toBeUndefined();
  log = new PostgresAuditLog(connections.for('audit-log'));
  reader = new AuditLogReader(connections.for('audit-log'));
});

afterAll(async () => {
  await connections.close();
  await database.drop();
});

function recordAt(
  partition: number,
  offset: number,
  changes: Partial<AuditedRecord> = {},
): AuditedRecord {
  return {
    ...{ topic: 'events', partition, offset: BigInt(offset), recordTimestamp: 1_000n },
    ...{ readTopic: 'events', readPartition: partition, readOffset: BigInt(offset) },
    ...{ eventId: `evt-${offset}`, agentId: 'agent-1', key: null, headers: [] },
    value: Buffer.from('{}'),
    ...changes,
  };
}

async function entriesOf(
  partition: number,
): Promise<{ pages: number; faults: unknown[]; sequences: bigint[]; offsets: bigint[] }> {
  const chain = { topic: 'events', partition };
  const walk = new ChainWalk();
  const found = {
    pages: 0,
    faults: [] as unknown[],
    sequences: [] as bigint[],
    offsets: [] as bigint[],
  };
  for await (const page of reader.entries(chain)) {
    found.pages += 1;
    for (const entry of page) {
      found.faults.push(...walk.take(entry));
      found.sequences.push(entry.sequence);
      found.offsets.push(entry.offset);
    }
  }
  const head = await reader.head(chain);
  found.faults.push(...walk.finish(head, head));
  return found;
}

const upTo = (count: number): bigint[] =>
  Array.from({ length: count }, (_, index) => BigInt(index + 1));

describe('the audit log in PostgreSQL', () => {
  it('chains what several append at once, without a gap and each partition by itself', async () => {
    const records = [0, 1].flatMap((partition) =>
      Array.from({ length: 40 }, (_, offset) => recordAt(partition, offset)),
    );
    expect(await Promise.all(records.map((record) => log.append(record)))).not.toContain(false);
    for (const partition of [0, 1]) {
      const { faults, sequences } = await entriesOf(partition);
      expect(faults).toEqual([]);
      expect(sequences).toEqual(upTo(40));
    }
  });

  it('leaves no gap where an appending transaction is rolled back', async () => {
    const failing = connections.for('audit-log').transaction(async () => {
      await log.append(recordAt(2, 0));
      throw new Error('after the append');
    });
    await expect(failing).rejects.toThrow('after the append');
    await log.append(recordAt(2, 1));
    expect(await entriesOf(2)).toMatchObject({ faults: [], sequences: [1n], offsets: [1n] });
  });

  it('keeps a record of one place and timestamp once, and another of that place beside it', async () => {
    expect(await log.append(recordAt(3, 7))).toBe(true);
    expect(await log.append(recordAt(3, 7))).toBe(false);
    expect(await log.append(recordAt(3, 7, { recordTimestamp: 2_000n }))).toBe(true);
    expect((await entriesOf(3)).sequences).toEqual([1n, 2n]);
  });

  it('keeps every byte of key, value and headers', async () => {
    const record = recordAt(4, 0, {
      key: Buffer.from([0, 0xff]),
      value: randomBytes(300_000),
      headers: [
        [Buffer.from('a\0b'), null],
        [Buffer.alloc(0), Buffer.alloc(0)],
        [Buffer.from('"{,}\\'), Buffer.from([0xff, 0, 0x5c])],
        ...Array.from(
          { length: 1_000 },
          (_, number) => [Buffer.from('x'), Buffer.from(`${number}`)] as const,
        ),
      ],
    });
    await log.append(record);
    for await (const [entry] of reader.entries({ topic: 'events', partition: 4 })) {
      expect(entry).toMatchObject({ key: record.key, headers: record.headers });
      expect(entry!.value.equals(record.value)).toBe(true);
      expect(hashOf(entry!)).toEqual(entry!.hash);
    }
  });

  it('is read a page at a time, however large its rows', async () => {
    for (let offset = 0; offset < 9; offset += 1) {
      await log.append(recordAt(5, offset, { value: randomBytes(1_500_000) }));
    }
    const { pages, sequences } = await entriesOf(5);
    expect(sequences).toEqual(upTo(9));
    expect(pages).toBeGreaterThanOrEqual(4);
  });

  it.each([
    "UPDATE audit_log SET agent_id = 'forged'",
    "UPDATE audit_log SET agent_id = 'forged' WHERE false",
    'DELETE FROM audit_log WHERE sequence = 1',
    'TRUNCATE audit_log',
    'DELETE FROM audit_log_heads',
    'TRUNCATE audit_log_heads',
    'UPDATE audit_log_heads SET sequence = sequence - 1',
    'UPDATE audit_log_heads SET sequence = sequence',
  ])('refuses, also to its owner: %s', async (statement) => {
    await expect(database.query(statement)).rejects.toMatchObject({ code: '23001' });
    const replaying = `SET session_replication_role = replica; ${statement}`;
    await expect(database.query(replaying)).rejects.toMatchObject({ code: '23001' });
    await database.query('RESET session_replication_role');
  });
});
