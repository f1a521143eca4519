import { discoverConsumers } from '../../src/discover-consumers.js';
import { DeadLetterOperator } from '../support/dead-letter-operator.js';
import { eventually } from '../support/eventually.js';
import { freshDatabase, type FreshDatabase } from '../support/fresh-database.js';
import {
  meteringEvent,
  meteringRecord,
  type MeteringEventFields,
} from '../support/metering-events.js';
import { millrace } from '../support/millrace.js';
import { headerOf, TestKafka, uniqueName, type ReadRecord } from '../support/test-kafka.js';
import { startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('metering-events');
const deadLetters = `${topic}.dlq`;
const AGGREGATOR = uniqueName('aggregator');
const AUDITOR = uniqueName('auditor');
const LEDGER = uniqueName('ledger');
const GROUPS = [AGGREGATOR, AUDITOR, LEDGER];
const CONSUMERS = ['metering-metrics', 'audit-log', 'ledger'];
const entries = `${topic}.entries`;
const GOOD = 120;
const REPEATED = 6;
const PARTITIONS = 4;

const bad: Readonly<Record<string, { reason: string; value: string | null }>> = {
  truncated: { reason: 'deserialization', value: '{"event_id":"x",' },
  tombstone: { reason: 'validation', value: null },
  'missing field': {
    reason: 'validation',
    value: JSON.stringify(meteringEvent(9_001, { currency: undefined })),
  },
  'number read as another': {
    reason: 'validation',
    value: JSON.stringify(meteringEvent(9_002)).replace(/"0\.0002"/, '0.10000000000000000001'),
  },
};

const SCALE = 19;

/** A decimal as a whole number of 10^-19. */
function units(decimal: string): bigint {
  const [whole, fraction = ''] = decimal.split('.');
  return BigInt(whole! + fraction.padEnd(SCALE, '0'));
}

/** What the totals must be, worked out in whole numbers. */
function totalsOf(events: readonly MeteringEventFields[]): Map<string, string> {
  const totals = new Map<string, { quantity: bigint; cost: bigint; events: number }>();
  for (const event of events) {
    const hour = `${event.occurred_at.slice(0, 13)}:00`;
    const key = [event.agent_id, event.resource_type, event.currency, hour].join(' ');
    const {
      quantity,
      cost,
      events: count,
    } = totals.get(key) ?? { quantity: 0n, cost: 0n, events: 0 };
    totals.set(key, {
      quantity: quantity + units(event.quantity),
      cost: cost + units(event.cost),
      events: count + 1,
    });
  }
  return new Map(
    [...totals].map(([key, { quantity, cost, events: count }]) => [
      key,
      `${quantity} ${cost} ${count}`,
    ]),
  );
}

const numbers = Array.from({ length: GOOD }, (_, number) => number);
const late = meteringEvent(5_000, { occurred_at: '2025-12-31T23:59:59.999999Z' });
const events = [...numbers.map((number) => meteringEvent(number)), late];
const repeats = numbers
  .filter((number) => number % Math.floor(GOOD / REPEATED) === 0)
  .slice(0, REPEATED);

describe('metering events', () => {
  let kafka: TestKafka;
  let database: FreshDatabase;
  let service: TestService;
  let environment: Record<string, string>;

  beforeAll(async () => {
    [kafka, database] = await Promise.all([TestKafka.connect(), freshDatabase()]);
    await kafka.createTopic(topic, PARTITIONS);
    environment = {
      CONSUMERS: CONSUMERS.join(','),
      KAFKA_AUTO_CREATE_TOPICS: 'true',
      DATABASE_URL: database.url,
      ...settingsOf('METERING_METRICS', AGGREGATOR),
      ...settingsOf('AUDIT_LOG', AUDITOR),
      ...settingsOf('LEDGER', LEDGER),
      LEDGER_ENTRIES_TOPIC: entries,
    };
    service = await startTestService({ consumers: await consumers(), environment });
    await kafka.publish(topic, [
      ...numbers.map((number) => meteringRecord(number)),
      ...repeats.map((number) => meteringRecord(number)),
      { key: late.agent_id, value: JSON.stringify(late) },
      ...Object.entries(bad).map(([key, { value }]) => ({ key, value })),
    ]);
    await kafka.publishInTransaction(topic, ['aborted'], 'abort');
    for (const group of GROUPS) await kafka.allCommitted(group, topic);
  });

  afterAll(async () => {
    await service.stop();
    await kafka.close();
    await database.drop();
  });

  const settingsOf = (prefix: string, group: string): Record<string, string> => ({
    [`${prefix}_TOPIC`]: topic,
    [`${prefix}_GROUP_ID`]: group,
    [`${prefix}_DEAD_LETTER_TOPIC`]: deadLetters,
  });
  const consumers = async () => {
    const all = await discoverConsumers([new URL('../../src/consumers/', import.meta.url)]);
    return all.filter(({ declaration }) => CONSUMERS.includes(declaration.name));
  };
  const storedTotals = async (): Promise<Map<string, string>> => {
    const rows = await database.query<{ key: string; total: string }>(`
      SELECT concat_ws(' ', agent_id, resource_type, currency,
          to_char(window_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI')) AS key,
        concat_ws(' ', trim_scale(quantity * 1e${SCALE}), trim_scale(cost * 1e${SCALE}), events) AS total
      FROM metering_totals`);
    return new Map(rows.map(({ key, total }) => [key, total]));
  };
  const verify = async (...words: string[]) => {
    const command = ['audit', 'verify', '--json', ...words];
    const answer = await millrace(command, { consumers: await consumers(), environment });
    const report = JSON.parse(answer.out || '{}') as {
      chains: { partition: number; entries: number; hash: string }[];
      findings: { kind: string; partition: number; sequence?: number; offset?: number }[];
    };
    return { ...report, code: answer.code };
  };
  const deadLettersOf = async (group: string): Promise<ReadRecord[]> =>
    (await kafka.readCommitted(deadLetters)).filter(
      (record) => headerOf(record, 'x-dlq-consumer-group') === group,
    );

  it('are added up exactly by window, each event once, a late one in its own window', async () => {
    expect(await storedTotals()).toEqual(totalsOf(events));
    const { records } = await service.consumer('metering-metrics');
    expect(records.duplicate).toBe(REPEATED);
  });

  it('stand in the log once for each record, chained by partition in the order of offsets', async () => {
    const [counted] = await database.query<Record<string, string>>(`
      SELECT count(*), count(DISTINCT (partition, "offset")) AS places, count(DISTINCT event_id) AS events
      FROM audit_log`);
    const records = String(events.length + REPEATED);
    expect(counted).toEqual({ count: records, places: records, events: String(events.length) });
    const unordered = await database.query(`
      SELECT * FROM (
        SELECT sequence, row_number() OVER (PARTITION BY partition ORDER BY "offset") AS position
        FROM audit_log
      ) AS entries WHERE sequence <> position`);
    expect(unordered).toEqual([]);
  });

  it('become one ledger entry for each record', async () => {
    const found = (await kafka.readCommitted(entries)).map(
      ({ value }) => (JSON.parse(value!.toString()) as { entry_id: string }).entry_id,
    );
    expect(found).toHaveLength(events.length + REPEATED);
    expect(new Set(found)).toEqual(new Set(events.map(({ event_id }) => event_id)));
  });

  it('that are bad become one dead letter for each group, in the topic that they share', async () => {
    for (const group of GROUPS) {
      const reasons = (await deadLettersOf(group)).map((record) => [
        record.key!.toString(),
        headerOf(record, 'x-dlq-reason'),
      ]);
      expect(reasons).toHaveLength(Object.keys(bad).length);
      expect(Object.fromEntries(reasons)).toEqual(
        Object.fromEntries(Object.entries(bad).map(([key, { reason }]) => [key, reason])),
      );
    }
  });

  it('whose log nobody touched pass its verification, aborted transactions and dead letters included', async () => {
    const { code, chains, findings } = await verify();
    expect({ code, findings }).toEqual({ code: 0, findings: [] });
    expect(chains.reduce((sum, { entries }) => sum + entries, 0)).toBe(events.length + REPEATED);
  });

  it('are redriven to one group alone, and stand in its log under the place of their source', async () => {
    const before = await storedTotals();
    const operator = await DeadLetterOperator.connect();
    const mended = meteringEvent(9_001);
    try {
      const result = await operator.redrive(deadLetters, {
        selection: { groups: [AUDITOR], keys: ['missing field'] },
        value: Buffer.from(JSON.stringify(mended)),
      });
      expect(result).toMatchObject({ taken: 1 });
    } finally {
      await operator.close();
    }
    const redriven = async () =>
      database.query(
        `SELECT topic, read_topic FROM audit_log WHERE event_id = '${mended.event_id}'`,
      );
    await eventually(async () => (await redriven()).length > 0, 'it is in the log');
    expect(await redriven()).toEqual([{ topic, read_topic: `${topic}.${AUDITOR}.redrive` }]);
    expect(await storedTotals()).toEqual(before);
    for (const group of [AGGREGATOR, LEDGER]) {
      expect(await deadLettersOf(group)).toHaveLength(Object.keys(bad).length);
    }
    expect((await verify()).code).toBe(0);
  });

  it('are not verified against what is no hash', async () => {
    expect((await verify('--expect', '0=abc')).code).toBe(2);
  });

  it('whose row was changed are found, and the row is named', async () => {
    const agent = async (name: string): Promise<void> => {
      await tamper(`UPDATE audit_log SET agent_id = '${name}' WHERE event_id = 'evt-17' AND sequence = (
        SELECT min(sequence) FROM audit_log WHERE event_id = 'evt-17')`);
    };
    await agent('forged');
    const { code, findings } = await verify();
    const [row] = await database.query<{ partition: number; offset: string }>(
      'SELECT partition, "offset" FROM audit_log WHERE agent_id = \'forged\'',
    );
    expect(code).toBe(1);
    expect(findings).toEqual([
      expect.objectContaining({
        kind: 'changed',
        partition: row!.partition,
        offset: Number(row!.offset),
      }),
    ]);
    await agent('agent-2');
    expect((await verify()).code).toBe(0);
  });

  it('whose last rows were removed are found by the committed offsets, also when the noted end was forged', async () => {
    const { chains } = await verify();
    const { partition, entries, hash } = chains.find((chain) => chain.entries > 3)!;
    await tamper(
      `DELETE FROM audit_log WHERE partition = ${partition} AND sequence > ${entries - 2}`,
    );
    const noted = await verify();
    expect([noted.code, noted.findings.map(({ kind }) => kind)]).toEqual([
      1,
      expect.arrayContaining(['removed', 'not recorded']),
    ]);
    await tamper(`UPDATE audit_log_heads SET (sequence, hash) = (
      SELECT sequence, hash FROM audit_log WHERE partition = ${partition} ORDER BY sequence DESC LIMIT 1
    ) WHERE partition = ${partition}`);
    const { code, findings } = await verify();
    expect(code).toBe(1);
    expect(new Set(findings.map((finding) => `${finding.kind} ${finding.partition}`))).toEqual(
      new Set([`not recorded ${partition}`]),
    );
    const anchored = await verify('--expect', `${partition}=${hash}`);
    expect(anchored.findings.map(({ kind }) => kind)).toContain('not as expected');
  });

  /** What the table refuses, done by one who takes the refusal away first. */
  async function tamper(statement: string): Promise<void> {
    await database.query(`
      BEGIN;
      ALTER TABLE audit_log DISABLE TRIGGER USER;
      ALTER TABLE audit_log_heads DISABLE TRIGGER USER;
      ${statement};
      ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_append_only;
      ALTER TABLE audit_log_heads ENABLE ALWAYS TRIGGER audit_log_heads_kept;
      ALTER TABLE audit_log_heads ENABLE ALWAYS TRIGGER audit_log_heads_advance;
      COMMIT`);
  }
});
