import type { PostgresConnections } from '../../connections/postgres/index.js';
import { DependencyUnavailableError } from '../../record/index.js';
import type { LeaseRequest } from '../lease/lease-store.port.js';
import { PostgresLeaseStore } from './postgres-lease-store.js';

interface Asked {
  readonly statement: string;
  readonly ids: readonly string[];
}

/** A database that fails as told, and otherwise has changed every row that it was asked to. */
function storeWith(failures: readonly string[]) {
  const asked: Asked[] = [];
  const left = [...failures];
  const query = (sql: string, [json]: readonly [string]): Promise<unknown[]> => {
    const rows = JSON.parse(json) as { scope: string; id: string }[];
    const [statement] = /UPDATE SET is_done = true|DELETE|UPDATE SET expires_at|nextval/.exec(sql)!;
    asked.push({ statement, ids: rows.map(({ id }) => id) });
    const code = left.shift();
    if (code !== undefined) return Promise.reject(Object.assign(new Error(code), { code }));
    return Promise.resolve(rows.map((row) => ({ ...row, ticket: '7', answer: 'taken' })));
  };
  const connections = { for: () => ({ query }), unmet: () => Promise.resolve(undefined) };
  const store = new PostgresLeaseStore(connections as unknown as PostgresConnections, 'orders');
  return { asked, store };
}

const claim = (id: string): LeaseRequest => ({
  kind: 'claim',
  identity: { scope: 's', id },
  fingerprint: 'f',
  origin: 'orders/0/1',
  ticket: undefined,
});
const release = (id: string): LeaseRequest => ({ kind: 'release', identity: { scope: 's', id } });
const complete = (id: string): LeaseRequest => ({
  ...{ kind: 'complete', identity: { scope: 's', id }, fingerprint: 'f', windowMs: 1 },
});

describe('requests of one tick', () => {
  it('are one statement for each kind, and what ends comes before what begins', async () => {
    const { asked, store } = storeWith([]);
    const replies = await store.ask([claim('1'), complete('2'), claim('3'), release('4')]);
    expect(asked).toEqual([
      { statement: 'UPDATE SET is_done = true', ids: ['2'] },
      { statement: 'DELETE', ids: ['4'] },
      { statement: 'nextval', ids: ['1', '3'] },
    ]);
    expect(replies.map(({ answer }) => answer)).toEqual(['taken', 'held', 'taken', 'held']);
    expect(replies[0]).toEqual({ answer: 'taken', ticket: 7 });
  });
});

describe('a statement that collides with another', () => {
  it.each(['40001', '40P01'])('(%s) is made again as a whole', async (code) => {
    const { asked, store } = storeWith([code, code]);
    expect(await store.ask([claim('1'), claim('2')])).toHaveLength(2);
    expect(asked.map(({ ids }) => ids)).toEqual([
      ['1', '2'],
      ['1', '2'],
      ['1', '2'],
    ]);
  });

  it('again and again makes its records wait', async () => {
    const { store } = storeWith(Array.from({ length: 9 }, () => '40P01'));
    await expect(store.ask([claim('1')])).rejects.toBeInstanceOf(DependencyUnavailableError);
  });

  it('is not mistaken for any other failure', async () => {
    const { asked, store } = storeWith(['23514']);
    await expect(store.ask([claim('1')])).rejects.toMatchObject({ code: '23514' });
    expect(asked).toHaveLength(1);
  });
});
