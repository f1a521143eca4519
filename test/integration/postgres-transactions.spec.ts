import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import {
  fenced,
  PostgresConnections,
  TransactionEndedError,
  type PostgresDatabase,
} from '../../src/connections/postgres/index.js';
import { DependencyUnavailableError } from '../../src/record/index.js';
import { freshDatabase, storeSettings, type FreshDatabase } from '../support/fresh-database.js';
import { postgresProxy } from '../support/postgres-proxy.js';

let database: FreshDatabase;
let connections: PostgresConnections;
let orders: PostgresDatabase;

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await freshDatabase();
  await database.query('CREATE TABLE effects (id text PRIMARY KEY, amount integer)');
  connections = new PostgresConnections(storeSettings(database.url));
  orders = connections.for('orders');
});

beforeEach(async () => {
  await database.query('TRUNCATE effects');
});

afterAll(async () => {
  await connections.close();
  await database.drop();
});

const insert = (id: string, through = orders): Promise<unknown> =>
  through.query('INSERT INTO effects (id) VALUES ($1)', [id]);

const stored = async (): Promise<string[]> =>
  (await database.query<{ id: string }>('SELECT id FROM effects ORDER BY id')).map(({ id }) => id);

const transactionId = async (): Promise<string | undefined> =>
  (await orders.query<{ id: string }>('SELECT txid_current()::text AS id'))[0]?.id;

describe('a transaction', () => {
  it('commits everything that its work wrote', async () => {
    await orders.transaction(async () => {
      await insert('a');
      await insert('b');
      expect(await stored()).toEqual([]);
    });
    expect(await stored()).toEqual(['a', 'b']);
  });

  it('takes everything back when its work rejects, and passes the reason on', async () => {
    const reason = new Error('changed my mind');
    const work = orders.transaction(async () => {
      await insert('a');
      throw reason;
    });
    await expect(work).rejects.toBe(reason);
    expect(await stored()).toEqual([]);
  });

  it('is joined by transactions inside it, and by statements after an await', async () => {
    await orders.transaction(async () => {
      const outer = await transactionId();
      await new Promise((resume) => setTimeout(resume, 5));
      expect(await orders.transaction(transactionId)).toBe(outer);
      expect(orders.inTransaction).toBe(true);
    });
    expect(orders.inTransaction).toBe(false);
  });

  it('is not shared with what runs beside it', async () => {
    const ids = await Promise.all(
      Array.from({ length: 4 }, () => orders.transaction(transactionId)),
    );
    expect(new Set(ids).size).toBe(4);
  });

  it('belongs to one consumer: another one inside it has its own', async () => {
    const ledger = connections.for('ledger');
    const work = orders.transaction(async () => {
      await insert('lost');
      await ledger.transaction(() => insert('kept', ledger));
      await ledger.query(`INSERT INTO effects (id) VALUES ('kept too')`);
      throw new Error('only the outer one');
    });
    await expect(work).rejects.toThrow('only the outer one');
    expect(await stored()).toEqual(['kept', 'kept too']);
  });

  it('does not commit when the failure of a statement was swallowed', async () => {
    const work = orders.transaction(async () => {
      await insert('a');
      await insert('a').catch(() => undefined);
    });
    await expect(work).rejects.toMatchObject({ code: 'TRANSACTION_DOOMED' });
    expect(await stored()).toEqual([]);
  });

  it('does not commit when the failure of a transaction inside it was swallowed', async () => {
    const work = orders.transaction(async () => {
      const inner = orders.transaction(async () => {
        await insert('half');
        throw new Error('before the other half');
      });
      await inner.catch(() => undefined);
    });
    await expect(work).rejects.toMatchObject({ code: 'TRANSACTION_DOOMED' });
    expect(await stored()).toEqual([]);
  });

  it('refuses a statement that comes after its end, instead of running it outside', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const late = await orders.transaction(async () => ({
      insert: held.then(() => insert('late')),
    }));
    release();
    await expect(late.insert).rejects.toMatchObject({ code: 'TRANSACTION_ENDED' });
    expect(await stored()).toEqual([]);
  });

  it('keeps statements that were asked at once in their order', async () => {
    await orders.transaction(() =>
      Promise.all([
        insert('a'),
        orders.query(`UPDATE effects SET id = 'b' WHERE id = 'a'`),
        orders.query(`UPDATE effects SET id = 'c' WHERE id = 'b'`),
      ]),
    );
    expect(await stored()).toEqual(['c']);
  });

  it('waits for a connection as long as it takes when all are in use', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `n${index}`);
    await Promise.all(
      ids.map((id) =>
        orders.transaction(async () => {
          await orders.query('SELECT pg_sleep(0.005)');
          await insert(id);
        }),
      ),
    );
    expect(await stored()).toHaveLength(60);
  });
});

describe('an error of the server', () => {
  it('passes with its code and constraint, and does not print the values of the row', async () => {
    await insert('canary-7731');
    const failure: unknown = await insert('canary-7731').catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: '23505', constraint: 'effects_pkey' });
    expect((failure as { detail: string }).detail).toContain('canary-7731');
    expect(JSON.stringify(failure) + inspect(failure)).not.toContain('canary-7731');
    expect(Object.entries(failure as object).join()).not.toContain('canary-7731');
  });

  it('does not quote a value that is not of its type', async () => {
    const failure: unknown = await orders
      .query('SELECT $1::integer', ['canary-7731'])
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: '22P02' });
    expect(JSON.stringify(failure) + inspect(failure)).not.toContain('canary-7731');
  });
});

describe('a connection that breaks', () => {
  const terminateOthers = `
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'millrace orders'`;

  it('inside a transaction is a dependency that does not answer; the next transaction has another', async () => {
    const work = orders.transaction(async () => {
      await insert('a');
      await database.query(terminateOthers);
      await insert('b');
    });
    await expect(work).rejects.toBeInstanceOf(DependencyUnavailableError);
    await expect(work).rejects.toMatchObject({ dependency: 'postgres' });
    await new Promise((resume) => setTimeout(resume, 50));
    await orders.transaction(() => insert('c'));
    expect(await stored()).toEqual(['c']);
  });

  it('while nobody asks anything inside a transaction does not end the process', async () => {
    const work = orders.transaction(async () => {
      await insert('a');
      await database.query(terminateOthers);
      await new Promise((resume) => setTimeout(resume, 50));
    });
    await expect(work).rejects.toBeInstanceOf(DependencyUnavailableError);
    expect(await stored()).toEqual([]);
  });

  it('while idle is replaced unseen', async () => {
    await Promise.all([insert('a'), insert('b')]);
    await database.query(terminateOthers);
    await new Promise((resume) => setTimeout(resume, 50));
    await insert('c');
    expect(await stored()).toEqual(['a', 'b', 'c']);
  });

  it('before COMMIT is answered is reported as unknown, although the effect is there', async () => {
    const proxy = await postgresProxy(database.url);
    const through = new PostgresConnections(storeSettings(proxy.url));
    proxy.loseNextCommitAnswer();
    const work = through
      .for('orders')
      .transaction(() => insert('committed', through.for('orders')));
    await expect(work).rejects.toBeInstanceOf(DependencyUnavailableError);
    expect(await stored()).toEqual(['committed']);
    await through.close();
    await proxy.close();
  });
});

describe('work that was given up', () => {
  class Gate {
    open: () => void = () => undefined;
    readonly opened = new Promise<void>((resolve) => (this.open = resolve));
  }

  it('cannot commit, holds no lock any more and leaves its connection to nobody', async () => {
    const giveUp = new AbortController();
    const [isInside, released] = [new Gate(), new Gate()];
    const work = fenced(giveUp.signal, () =>
      orders.transaction(async () => {
        await insert('a');
        isInside.open();
        await released.opened;
        await insert('late');
      }),
    );
    await isInside.opened;
    giveUp.abort();
    // Waits for the lock on 'a' if there still is one.
    await insert('a');
    released.open();
    await expect(work).rejects.toBeInstanceOf(TransactionEndedError);
    expect(await stored()).toEqual(['a']);
  });

  it('cannot commit although a statement of it is under way', async () => {
    const giveUp = new AbortController();
    const isInside = new Gate();
    const work = fenced(giveUp.signal, () =>
      orders.transaction(async () => {
        await insert('a');
        isInside.open();
        await orders.query('SELECT pg_sleep(2)');
      }),
    );
    await isInside.opened;
    giveUp.abort();
    await expect(work).rejects.toThrow();
    await insert('a');
    expect(await stored()).toEqual(['a']);
  });

  it('begins no transaction and asks nothing afterwards', async () => {
    const giveUp = new AbortController();
    giveUp.abort();
    const attempts = [() => insert('a'), () => orders.transaction(() => insert('b'))];
    for (const attempt of attempts) {
      await expect(fenced(giveUp.signal, attempt)).rejects.toBeInstanceOf(TransactionEndedError);
    }
    expect(await stored()).toEqual([]);
  });
});
