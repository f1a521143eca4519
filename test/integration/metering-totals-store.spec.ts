import { PostgresConnections } from '../../src/connections/postgres/index.js';
import {
  MeteringWindow,
  totalsOf,
  type Usage,
} from '../../src/consumers/metering-metrics/domain/index.js';
import {
  METERING_TOTALS_MIGRATIONS,
  PostgresMeteringTotals,
} from '../../src/consumers/metering-metrics/persistence/index.js';
import { Amount, Instant } from '../../src/values/index.js';
import { freshDatabase, storeSettings, type FreshDatabase } from '../support/fresh-database.js';

const HOUR = new MeteringWindow(3_600_000);

let database: FreshDatabase;
let connections: PostgresConnections;
let totals: PostgresMeteringTotals;

beforeAll(async () => {
  database = await freshDatabase();
  connections = new PostgresConnections(storeSettings(database.url));
  connections.register('metering-metrics', METERING_TOTALS_MIGRATIONS);
  expect(await connections.unmet('metering-metrics')).toBeUndefined();
  totals = new PostgresMeteringTotals(connections.for('metering-metrics'));
});

beforeEach(() => database.query('TRUNCATE metering_totals'));

afterAll(async () => {
  await connections.close();
  await database.drop();
});

const usage = (agent: number, minute = 0): Usage => ({
  agentId: `agent-${agent}`,
  resourceType: 'tokens',
  currency: 'USD',
  quantity: Amount.parse('0.1000000000000000001')!,
  cost: Amount.parse('12345678901234567890.01')!,
  occurredAt: Instant.of(BigInt(minute) * 60_000_000n)!,
});

const stored = (): Promise<Record<string, string>[]> =>
  database.query(`
    SELECT agent_id, quantity::text, cost::text, events::text,
      (extract(epoch FROM window_start) / 60)::bigint::text AS start,
      (extract(epoch FROM first_event_at) / 60)::bigint::text AS first,
      (extract(epoch FROM last_event_at) / 60)::bigint::text AS last
    FROM metering_totals ORDER BY agent_id, window_start, window_ms`);

describe('metering totals in PostgreSQL', () => {
  it('grow by what is added, exactly, late usage in its own window', async () => {
    await totals.add(totalsOf([usage(1, 50), usage(1, 70)], HOUR), HOUR);
    await totals.add(totalsOf([usage(1, 10)], HOUR), HOUR);
    const [first, second] = await stored();
    expect(first).toEqual({
      ...{
        agent_id: 'agent-1',
        quantity: '0.2000000000000000002',
        cost: '24691357802469135780.02',
      },
      ...{ events: '2', start: '0', first: '10', last: '50' },
    });
    expect(second).toMatchObject({ events: '1', start: '60', first: '70', last: '70' });
  });

  it('of another length of window stand beside them', async () => {
    const day = new MeteringWindow(24 * 3_600_000);
    await totals.add(totalsOf([usage(1)], HOUR), HOUR);
    await totals.add(totalsOf([usage(1)], day), day);
    expect(await stored()).toHaveLength(2);
  });

  it('are all there after many were added at once in any order, without a deadlock', async () => {
    const agents = Array.from({ length: 30 }, (_, agent) => agent);
    const adding = Array.from({ length: 24 }, (_, turn) => {
      const order = turn % 2 === 0 ? agents : [...agents].reverse();
      return totals.add(
        totalsOf(
          order.map((agent) => usage(agent)),
          HOUR,
        ),
        HOUR,
      );
    });
    await Promise.all(adding);
    const rows = await stored();
    expect(rows).toHaveLength(agents.length);
    expect(new Set(rows.map(({ events, quantity }) => `${events} ${quantity}`))).toEqual(
      new Set(['24 2.4000000000000000024']),
    );
  });

  it('of windows at either end of time are stored', async () => {
    const ends = [Instant.EARLIEST, Instant.LATEST].map((time) => Instant.of(time)!);
    await totals.add(
      totalsOf(
        ends.map((occurredAt) => ({ ...usage(1), occurredAt })),
        HOUR,
      ),
      HOUR,
    );
    expect(await stored()).toHaveLength(2);
  });
});
