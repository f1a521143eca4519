import fc from 'fast-check';
import { PostgresConnections } from '../../src/connections/postgres/index.js';
import { Order, OrderId, OrderLine } from '../../src/consumers/orders/domain/index.js';
import {
  ORDER_MIGRATIONS,
  PostgresOrderRepository,
} from '../../src/consumers/orders/persistence/index.js';
import type { RecordOrigin } from '../../src/record/index.js';
import { Amount, Instant } from '../../src/values/index.js';
import { freshDatabase, storeSettings, type FreshDatabase } from '../support/fresh-database.js';

let database: FreshDatabase;
let connections: PostgresConnections;
let repository: PostgresOrderRepository;

beforeAll(async () => {
  database = await freshDatabase();
  connections = new PostgresConnections(storeSettings(database.url));
  connections.register('orders', ORDER_MIGRATIONS);
  expect(await connections.unmet('orders')).toBeUndefined();
  repository = new PostgresOrderRepository(connections.for('orders'));
});

beforeEach(async () => {
  await database.query('TRUNCATE orders CASCADE');
});

afterAll(async () => {
  await connections.close();
  await database.drop();
});

interface Event {
  readonly order: Order;
  readonly origin: RecordOrigin;
}

interface EventParts {
  readonly id?: string;
  readonly microseconds?: number;
  readonly timestamp?: number;
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: number;
  /** The quantity of each line, at 0.10 each: what tells the events of a test apart. */
  readonly quantities?: readonly number[];
}

const BASE = 1_769_860_800_000_000n;

function eventOf(parts: EventParts = {}): Event {
  const { id = 'ord-1', microseconds = 0, quantities = [1] } = parts;
  const { topic = 'orders', partition = 0, offset = 0, timestamp = 1_000 } = parts;
  const lines = quantities.map(
    (quantity, index) =>
      new OrderLine({
        productId: `p-${index}`,
        productTitle: `Thing "${index}", \\ {odd}`,
        quantity,
        unitPrice: Amount.parse('0.10')!,
      }),
  );
  const total = lines.reduce((sum, line) => sum.plus(line.price), Amount.ZERO);
  const order = new Order({
    id: OrderId.of(id),
    createdAt: Instant.of(BASE + BigInt(microseconds))!,
    customerName: `Customer of ${offset}`,
    total,
    lines,
  });
  return { order, origin: { topic, partition, offset, timestamp } };
}

const store = ({ order, origin }: Event): Promise<boolean> => repository.store(order, origin);

interface StoredOrder {
  readonly order_id: string;
  readonly customer_name: string;
  readonly total_price: string;
  readonly created_at: string;
  readonly source_partition: number;
  readonly source_offset: string;
  readonly lines: string;
}

const stored = (): Promise<StoredOrder[]> =>
  database.query<StoredOrder>(`
    SELECT order_id, customer_name, total_price, source_partition, source_offset,
      to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS created_at,
      (SELECT string_agg(concat_ws('|', line_no, product_id, product_title, quantity, unit_price), ';' ORDER BY line_no)
       FROM order_lines WHERE order_lines.order_id = orders.order_id) AS lines
    FROM orders ORDER BY order_id`);

const storedOffset = async (): Promise<number> => Number((await stored())[0]!.source_offset);

describe('an order', () => {
  it('is stored with its lines, its exact amounts and its microseconds', async () => {
    expect(await store(eventOf({ microseconds: 123_456, offset: 41, quantities: [2, 3] }))).toBe(
      true,
    );
    expect(await stored()).toEqual([
      {
        order_id: 'ord-1',
        customer_name: 'Customer of 41',
        total_price: '0.50',
        created_at: '2026-01-31 12:00:00.123456',
        source_partition: 0,
        source_offset: '41',
        lines: '1|p-0|Thing "0", \\ {odd}|2|0.10;2|p-1|Thing "1", \\ {odd}|3|0.10',
      },
    ]);
  });

  it('is replaced as a whole, lines included', async () => {
    await store(eventOf({ offset: 1, quantities: [1, 2, 3] }));
    await store(eventOf({ offset: 2, quantities: [9] }));
    expect(await stored()).toMatchObject([
      { total_price: '0.90', lines: expect.stringMatching(/^1\|[^;]*$/) },
    ]);
  });

  it('keeps order and lines apart from other orders', async () => {
    await store(eventOf({ id: 'a', quantities: [1] }));
    await store(eventOf({ id: 'b', quantities: [2] }));
    await store(eventOf({ id: 'a', quantities: [3], offset: 1 }));
    expect(await stored()).toMatchObject([{ total_price: '0.30' }, { total_price: '0.20' }]);
  });

  it('is not stored without its lines', async () => {
    await database.query(`ALTER TABLE order_lines ADD CONSTRAINT few CHECK (quantity < 5)`);
    await store(eventOf({ offset: 1, quantities: [1] }));
    await expect(store(eventOf({ offset: 2, quantities: [1, 7] }))).rejects.toMatchObject({
      code: '23514',
    });
    expect(await storedOffset()).toBe(1);
    expect(await stored()).toMatchObject([{ total_price: '0.10' }]);
    await database.query('ALTER TABLE order_lines DROP CONSTRAINT few');
  });

  it('is stored in the transaction of its caller', async () => {
    const orders = connections.for('orders');
    const work = orders.transaction(async () => {
      await store(eventOf());
      throw new Error('after the order');
    });
    await expect(work).rejects.toThrow('after the order');
    expect(await stored()).toEqual([]);
  });

  it('takes a timestamp that is no time', async () => {
    for (const [index, timestamp] of [-1, 2 ** 63, -(2 ** 63), NaN, 1e18].entries()) {
      expect(await store(eventOf({ id: `t-${index}`, timestamp }))).toBe(true);
    }
  });

  it('takes many lines at once', async () => {
    await store(eventOf({ quantities: Array.from({ length: 5_000 }, () => 1) }));
    expect(await stored()).toMatchObject([{ total_price: '500.00' }]);
  });
});

describe('the event that wins', () => {
  const winsOver = async (later: EventParts, earlier: EventParts): Promise<void> => {
    const [winner, loser] = [
      eventOf({ ...later, offset: later.offset ?? 2 }),
      eventOf({ ...earlier, offset: earlier.offset ?? 1 }),
    ];
    await database.query('TRUNCATE orders CASCADE');
    expect(await store(loser)).toBe(true);
    expect(await store(winner)).toBe(true);
    await database.query('TRUNCATE orders CASCADE');
    expect(await store(winner)).toBe(true);
    expect(await store(loser)).toBe(false);
    expect(await storedOffset()).toBe(winner.origin.offset);
  };

  it('has the greater created_at, be it by a microsecond, whatever its offset', async () => {
    await winsOver({ microseconds: 1, offset: 1 }, { microseconds: 0, offset: 2 });
    await winsOver({ microseconds: 1, timestamp: 1 }, { microseconds: 0, timestamp: 2 });
  });

  it('has the greater record timestamp when they were created at once', async () => {
    await winsOver({ timestamp: 2, offset: 1 }, { timestamp: 1, offset: 2 });
    await winsOver({ timestamp: 2, partition: 0 }, { timestamp: 1, partition: 1 });
  });

  it('has the greater offset when all else is equal within one partition', async () => {
    await winsOver({ offset: 2 }, { offset: 1 });
  });

  it.each<[string, EventParts]>([
    ['partitions', { partition: 1, offset: 99 }],
    ['topics', { topic: 'orders-eu', offset: 99 }],
  ])('is the stored one when all is equal across %s', async (_, elsewhere) => {
    await store(eventOf({ offset: 1 }));
    expect(await store(eventOf(elsewhere))).toBe(false);
    expect(await storedOffset()).toBe(1);
  });

  it('is the stored one when it comes again', async () => {
    await store(eventOf({ offset: 1 }));
    expect(await store(eventOf({ offset: 1 }))).toBe(false);
  });

  /** Few values, so that ties are common; one partition, where the rule leaves nothing open. */
  const events = fc
    .array(
      fc.record({
        id: fc.constantFrom('a', 'b'),
        microseconds: fc.integer({ min: 0, max: 2 }),
        timestamp: fc.integer({ min: 0, max: 1 }),
        quantities: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 8 },
    )
    .map((parts) => parts.map((part, offset) => eventOf({ ...part, offset })));
  const shuffled = events.chain((list) =>
    fc.tuple(
      fc.constant(list),
      fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 }),
    ),
  );

  const finalState = async (list: readonly Event[], together: boolean): Promise<StoredOrder[]> => {
    await database.query('TRUNCATE orders CASCADE');
    if (together) await Promise.all(list.map(store));
    else for (const event of list) await store(event);
    return stored();
  };

  const isLater = (left: Event, right: Event): boolean => {
    const [one, other] = [left, right].map(({ order, origin }) => [
      order.createdAt.epochMicroseconds,
      BigInt(origin.timestamp),
      BigInt(origin.offset),
    ]);
    const differing = one!.findIndex((part, index) => part !== other![index]);
    return differing >= 0 && one![differing]! > other![differing]!;
  };

  /** By order, the totals of the events that must win. */
  const winnersOf = (list: readonly Event[]): [string, string][] =>
    ['a', 'b'].flatMap((id): [string, string][] => {
      const own = list.filter(({ order }) => order.id.toString() === id);
      if (own.length === 0) return [];
      const winner = own.reduce((best, event) => (isLater(event, best) ? event : best));
      return [[id, winner.order.total.toString()]];
    });

  it.each([
    ['one after the other', false],
    ['at once', true],
  ])('is the same in whatever order and however often events come %s', async (_, together) => {
    await fc.assert(
      fc.asyncProperty(shuffled, async ([inOrder, anyOrder]) => {
        const state = await finalState(anyOrder, together);
        expect(state.map((order) => [order.order_id, order.total_price])).toEqual(
          winnersOf(inOrder),
        );
        expect(state).toEqual(await finalState(inOrder, false));
      }),
      { numRuns: 40 },
    );
  });
});
