import { PostgresConnections, type Migration } from '../../src/connections/postgres/index.js';
import { DependencyUnavailableError } from '../../src/record/index.js';
import { freshDatabase, storeSettings, type FreshDatabase } from '../support/fresh-database.js';
import { postgresProxy } from '../support/postgres-proxy.js';

const FIRST: Migration = {
  id: 'orders/001-things',
  sql: `CREATE TABLE things (id text PRIMARY KEY); INSERT INTO things VALUES ('first');`,
};
const SECOND: Migration = {
  id: 'orders/002-more',
  sql: `INSERT INTO things VALUES ('second')`,
};

let database: FreshDatabase;
const open: PostgresConnections[] = [];

function connect(url = database.url, migrations: 'apply' | 'check' = 'apply'): PostgresConnections {
  const connections = new PostgresConnections(storeSettings(url, { migrations, poolSize: 2 }));
  open.push(connections);
  return connections;
}

beforeEach(async () => {
  database = await freshDatabase();
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((connections) => connections.close()));
  await database.drop();
});

const things = async (): Promise<string[]> =>
  (await database.query<{ id: string }>('SELECT id FROM things ORDER BY id')).map(({ id }) => id);

const unmetWith = (migrations: readonly Migration[], connections = connect()) => {
  connections.register('orders', migrations);
  return connections.unmet('orders');
};

describe('migrations', () => {
  it('are applied in order, each once, whoever asks and however often', async () => {
    expect(await unmetWith([FIRST])).toBeUndefined();
    expect(await unmetWith([FIRST, SECOND])).toBeUndefined();
    expect(await unmetWith([FIRST, SECOND])).toBeUndefined();
    expect(await things()).toEqual(['first', 'second']);
  });

  it('are applied once when many processes start together', async () => {
    const slow = { id: 'orders/000-slow', sql: 'SELECT pg_sleep(0.2)' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => unmetWith([slow, FIRST, SECOND])),
    );
    expect(answers).toEqual(Array.from({ length: 5 }, () => undefined));
    expect(await things()).toEqual(['first', 'second']);
  });

  it('are only named with DATABASE_MIGRATIONS=check', async () => {
    const checking = connect(database.url, 'check');
    expect(await unmetWith([FIRST, SECOND], checking)).toContain(
      'orders/001-things, orders/002-more',
    );
    await unmetWith([FIRST, SECOND]);
    expect(await checking.unmet('orders')).toBeUndefined();
  });

  it('keep a version from starting when one was applied with another content', async () => {
    await unmetWith([FIRST]);
    const edited = { ...FIRST, sql: `${FIRST.sql} -- edited` };
    expect(await unmetWith([edited])).toContain('orders/001-things');
  });

  it('of a newer version do not disturb an older one', async () => {
    await unmetWith([FIRST, SECOND]);
    expect(await unmetWith([FIRST])).toBeUndefined();
  });

  it('that fail are named, leave nothing half done and keep those before them', async () => {
    const broken = {
      id: 'orders/002-broken',
      sql: `INSERT INTO things VALUES ('half'); SELECT nonsense()`,
    };
    expect(await unmetWith([FIRST, broken])).toMatch(
      /^migration orders\/002-broken failed: .*nonsense/,
    );
    expect(await things()).toEqual(['first']);
  });

  it('registered later are asked for again', async () => {
    const connections = connect();
    await unmetWith([FIRST], connections);
    expect(await unmetWith([SECOND], connections)).toBeUndefined();
    expect(await things()).toEqual(['first', 'second']);
  });
});

describe('what keeps a consumer from starting', () => {
  it('is nothing for a consumer that needs no table, without a connection', async () => {
    expect(
      await connect('postgres://nobody@127.0.0.1:1/nothing').unmet('raw-zone'),
    ).toBeUndefined();
  });

  it('is a server that is down, named without the password, until it is up', async () => {
    const proxy = await postgresProxy(database.url);
    await proxy.close();
    const address = new URL(proxy.url);
    address.password = 'canary-7731';
    const unmet = await unmetWith([FIRST], connect(address.href));
    expect(unmet).toContain(`PostgreSQL at 127.0.0.1:${address.port}${address.pathname}`);
    expect(unmet).toContain('ECONNREFUSED');
    expect(unmet).not.toContain('canary-7731');
  });

  it('is a database that does not exist, until it does', async () => {
    const missing = new URL(database.url);
    missing.pathname += '_missing';
    const connections = connect(missing.href);
    expect(await unmetWith([FIRST], connections)).toContain(
      `database "${missing.pathname.slice(1)}" does not exist`,
    );
    await database.query(`CREATE DATABASE ${missing.pathname.slice(1)}`);
    expect(await connections.unmet('orders')).toBeUndefined();
    await connections.close();
    await database.query(`DROP DATABASE ${missing.pathname.slice(1)}`);
  });

  it('is not asked again once it was nothing', async () => {
    const proxy = await postgresProxy(database.url);
    const connections = connect(proxy.url);
    expect(await unmetWith([FIRST], connections)).toBeUndefined();
    await proxy.close();
    expect(await connections.unmet('orders')).toBeUndefined();
  });
});

describe('a ping', () => {
  it('answers while every connection of the consumer is in use', async () => {
    const connections = connect();
    const orders = connections.for('orders');
    const busy = Array.from({ length: 6 }, () => orders.query('SELECT pg_sleep(0.5)'));
    await orders.ping();
    expect(connections.pings().map(({ consumer }) => consumer)).toEqual(['orders']);
    await Promise.all(connections.pings().map(({ ping }) => ping()));
    await Promise.all(busy);
  });

  it('rejects soon when the server is frozen, and answers again when another one is there', async () => {
    const proxy = await postgresProxy(database.url);
    const connections = connect(proxy.url);
    await connections.for('orders').ping();
    proxy.freeze();
    const asked = Date.now();
    await expect(connections.for('orders').ping()).rejects.toBeInstanceOf(
      DependencyUnavailableError,
    );
    await expect(connections.for('orders').ping()).rejects.toBeInstanceOf(
      DependencyUnavailableError,
    );
    expect(Date.now() - asked).toBeLessThan(5_000);
    await proxy.close();
  });
});

describe('closing', () => {
  it('lets a running transaction finish', async () => {
    const connections = connect();
    await unmetWith([FIRST], connections);
    const orders = connections.for('orders');
    const work = orders.transaction(async () => {
      await orders.query('SELECT pg_sleep(0.3)');
      await orders.query(`INSERT INTO things VALUES ('finished')`);
    });
    await new Promise((resume) => setTimeout(resume, 100));
    await connections.close();
    await work;
    expect(await things()).toEqual(['finished', 'first']);
  });

  it('cuts one that does not, whose effects are taken back, and refuses newcomers', async () => {
    const connections = connect();
    await unmetWith([FIRST], connections);
    const orders = connections.for('orders');
    const work = orders.transaction(async () => {
      await orders.query(`INSERT INTO things VALUES ('cut')`);
      await orders.query('SELECT pg_sleep(20)');
    });
    const failure = expect(work).rejects.toBeInstanceOf(DependencyUnavailableError);
    await new Promise((resume) => setTimeout(resume, 100));
    await connections.close();
    await failure;
    await expect(orders.query('SELECT 1')).rejects.toBeInstanceOf(DependencyUnavailableError);
    expect(await things()).toEqual(['first']);
  });
});
