import {
  PostgresConnections,
  type PostgresDatabase,
} from '../../src/connections/postgres/index.js';
import {
  PostgresCallbackLedger,
  WORKFLOW_MIGRATIONS,
} from '../../src/consumers/workflow-events/persistence/index.js';
import { eventually } from '../support/eventually.js';
import { freshDatabase, storeSettings, type FreshDatabase } from '../support/fresh-database.js';

let database: FreshDatabase;
let connections: PostgresConnections;
let door: PostgresDatabase;
let ledger: PostgresCallbackLedger;

beforeAll(async () => {
  database = await freshDatabase();
  connections = new PostgresConnections(storeSettings(database.url));
  connections.register('workflow-events', WORKFLOW_MIGRATIONS);
  expect(await connections.unmet('workflow-events')).toBeUndefined();
  door = connections.for('workflow-events');
  ledger = new PostgresCallbackLedger(door);
  await database.query('CREATE TABLE effects (name text)');
});

beforeEach(async () => {
  await database.query('TRUNCATE effects, workflow_events CASCADE');
  await database.query(
    `INSERT INTO workflow_events (event_id, event_type, source, workflow_id, workflow_run_id,
       occurred_at, payload, fingerprint, source_topic, source_partition, source_offset)
     VALUES ('e-1', 't', 's', 'w', 'r', now(), '{}', '', 'x', 0, 0)`,
  );
});

afterAll(async () => {
  await connections.close();
  await database.drop();
});

async function effect(name: string): Promise<void> {
  await door.query('INSERT INTO effects VALUES ($1)', [name]);
}

const effects = async (): Promise<string[]> =>
  (await database.query<{ name: string }>('SELECT name FROM effects')).map(({ name }) => name);

const marks = (): Promise<object[]> =>
  database.query('SELECT callback, state, calls, error_class FROM workflow_callbacks ORDER BY 1');

describe('a callback of an event', () => {
  it('is done once, and then known to be', async () => {
    await ledger.runOnce('e-1', 'a', () => effect('a'));
    await ledger.runOnce('e-1', 'a', () => effect('again'));
    expect(await effects()).toEqual(['a']);
    expect(await ledger.doneWith('e-1')).toEqual(new Set(['a']));
    expect(await ledger.doneWith('e-2')).toEqual(new Set());
  });

  it('that fails leaves neither its effect nor its mark, and is called again', async () => {
    const failing = ledger.runOnce('e-1', 'a', async () => {
      await effect('half');
      throw new Error('and then it fails');
    });
    await expect(failing).rejects.toThrow('and then it fails');
    await ledger.noteFailure('e-1', 'a', 'Error');
    await ledger.noteFailure('e-1', 'a', 'TypeError');
    expect(await ledger.doneWith('e-1')).toEqual(new Set());
    expect(await marks()).toEqual([
      { callback: 'a', state: 'failed', calls: 2, error_class: 'TypeError' },
    ]);
    await ledger.runOnce('e-1', 'a', () => effect('whole'));
    expect(await effects()).toEqual(['whole']);
    expect(await marks()).toEqual([{ callback: 'a', state: 'done', calls: 3, error_class: null }]);
  });

  it('is not noted as failed by a late one once it is done', async () => {
    await ledger.runOnce('e-1', 'a', () => effect('a'));
    await ledger.noteFailure('e-1', 'a', 'Error');
    expect(await ledger.doneWith('e-1')).toEqual(new Set(['a']));
  });

  it('never runs twice at once: a second owner of the event waits for the first one’s end', async () => {
    let end: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (end = resolve));
    const first = ledger.runOnce('e-1', 'a', async () => {
      await effect('first');
      await held;
    });
    const isWaiting = async (): Promise<boolean> => {
      const waiting = await database.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length === 1;
    };
    let hasRun = false;
    const second = ledger.runOnce('e-1', 'a', async () => {
      hasRun = true;
    });
    await eventually(isWaiting, 'the second one waits at the row');
    expect(hasRun).toBe(false);
    end();
    await Promise.all([first, second]);
    expect(hasRun).toBe(false);
    expect(await effects()).toEqual(['first']);
  });

  it('is forgotten with its event', async () => {
    await ledger.runOnce('e-1', 'a', () => effect('a'));
    await database.query('DELETE FROM workflow_events');
    expect(await marks()).toEqual([]);
  });
});
