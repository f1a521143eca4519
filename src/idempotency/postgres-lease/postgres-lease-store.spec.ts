import type { PostgresConnections, PreparedStatement } from '../../connections/postgres/index.js';
import { DependencyUnavailableError } from '../../record/index.js';
import type { LeaseRequest } from '../lease/lease-store.port.js';
import { PostgresLeaseStore } from './postgres-lease-store.js';

interface Asked {
  readonly statement: string;
  readonly ids: readonly string[];
}

/** A database that fails as told, and otherwise does what it is asked, but for the ids it knows something else of. */
function storeWith(failures: readonly string[], others: Record<string, string> = {}) {
  const asked: Asked[] = [];
  const left = [...failures];
  const query = ({ name }: PreparedStatement, values: readonly string[]): Promise<unknown[]> => {
    const statement = name.replace('millrace_leases_', '');
    if (statement === 'ticket') return Promise.resolve([{ ticket: '7' }]);
    const ids = JSON.parse(`[${values[2]!.slice(1, -1)}]`) as string[];
    asked.push({ statement, ids });
    const code = left.shift();
    if (code !== undefined) return Promise.reject(Object.assign(new Error(code), { code }));
    return Promise.resolve(
      ids.flatMap((id, index) => (id in others ? [{ place: index + 1, answer: others[id] }] : [])),
    );
  };
  const connections = { for: () => ({ query }), unmet: () => Promise.resolve(undefined) };
  const store = new PostgresLeaseStore(connections as unknown as PostgresConnections, 'orders');
  return { asked, store };
}

const claim = (id: string, ticket?: number): LeaseRequest => ({
  kind: 'claim',
  identity: { scope: 's', id },
  fingerprint: 'f',
  origin: 'orders/0/1',
  ticket,
  windowMs: 1,
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
      { statement: 'complete', ids: ['2'] },
      { statement: 'release', ids: ['4'] },
      { statement: 'claim', ids: ['1', '3'] },
    ]);
    expect(replies.map(({ answer }) => answer)).toEqual(['taken', 'held', 'taken', 'held']);
    expect(replies[0]).toEqual({ answer: 'taken', ticket: 7 });
  });
});

describe('an answer that is not the usual one', () => {
  it('is that of its own request', async () => {
    const { store } = storeWith([], { 3: 'duplicate', 2: 'lost' });
    const replies = await store.ask([claim('1'), complete('2'), claim('3'), complete('4')]);
    expect(replies.map(({ answer }) => answer)).toEqual(['taken', 'lost', 'duplicate', 'held']);
    expect(replies[2]).toEqual({ answer: 'duplicate', ticket: 7 });
  });
});

describe('a ticket', () => {
  it('is asked for only where a claim has none', async () => {
    const { store } = storeWith([]);
    const [first, second] = await store.ask([claim('1', 3), claim('2')]);
    expect([first!.ticket, second!.ticket]).toEqual([3, 7]);
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
