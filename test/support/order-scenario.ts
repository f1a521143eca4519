import { orderEvent } from './order-events.js';

/** A record to the byte. */
export interface RawRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[];
}

export interface PoisonRecord extends RawRecord {
  readonly id: string;
  readonly reason: 'deserialization' | 'validation';
}

export interface OrderScenario {
  /** Valid events, each with an event id of its own. */
  readonly good: readonly RawRecord[];
  /** Some of them again, to the byte. */
  readonly duplicates: readonly RawRecord[];
  readonly poison: readonly PoisonRecord[];
  /** What the table must hold: total by order id. */
  readonly totals: ReadonlyMap<string, string>;
}

type Poison = (number: number) => { reason: PoisonRecord['reason']; value: Buffer | string | null };

const json = (number: number, overrides: object): string =>
  JSON.stringify({ ...orderEvent(number), ...overrides });

/** Every kind of bad value that an order event can have. */
export const POISON_KINDS: Readonly<Record<string, Poison>> = {
  truncated: (n) => ({ reason: 'deserialization', value: json(n, {}).slice(0, -7) }),
  empty: () => ({ reason: 'deserialization', value: '' }),
  'invalid UTF-8': () => ({
    reason: 'deserialization',
    value: Buffer.from([0x22, 0xff, 0xfe, 0x22]),
  }),
  'bare NaN': () => ({ reason: 'deserialization', value: '{"order_id":NaN}' }),
  'BOM before garbage': () => ({ reason: 'deserialization', value: '\uFEFF\u0000garbage' }),
  'too deep': () => ({ reason: 'deserialization', value: '['.repeat(200) + ']'.repeat(200) }),
  tombstone: () => ({ reason: 'validation', value: null }),
  'missing field': (n) => ({ reason: 'validation', value: json(n, { customer_name: undefined }) }),
  'wrong type': (n) => ({ reason: 'validation', value: json(n, { line_items: 'none' }) }),
  'wrong total': (n) => ({ reason: 'validation', value: json(n, { total_price: '0.01' }) }),
  'inexact number': (n) => ({
    reason: 'validation',
    value: json(n, {}).replace(/"total_price":"[^"]*"/, '"total_price":0.12345678901234567'),
  }),
  'no object': () => ({ reason: 'validation', value: '["an order?"]' }),
  'no JSON object but text': () => ({ reason: 'validation', value: '"text"' }),
};

const KEYS: readonly (Buffer | null)[] = [
  null,
  Buffer.alloc(0),
  Buffer.from([0x00, 0xff, 0xfe, 0x80]),
  Buffer.from('plain'),
];

/** Headers that an object cannot hold: repeated, interleaved, numeric and inherited names, null and binary values. */
const HOSTILE_HEADERS: RawRecord['headers'] = [
  ['x', Buffer.from('1')],
  ['10', Buffer.from('ten')],
  ['x', Buffer.from('2')],
  ['constructor', Buffer.from('c')],
  ['2', null],
  ['__proto__', Buffer.from([0xff, 0x00])],
  ['toString', Buffer.alloc(0)],
  ['', Buffer.from('empty name')],
  ['x-dlq-original-like', null],
];

/** `count` valid orders, one bad record for every hundred, two duplicates for every hundred. */
export function orderScenario(count: number): OrderScenario {
  const numbers = Array.from({ length: count }, (_, number) => number);
  const good = numbers.map((number): RawRecord => ({
    key: Buffer.from(`ord-${number}`),
    value: Buffer.from(JSON.stringify(orderEvent(number))),
    headers: [['event-id', Buffer.from(`evt-${number}`)]],
  }));
  const kinds = Object.keys(POISON_KINDS);
  const poison = numbers.slice(0, Math.ceil(count / 100)).map((number): PoisonRecord => {
    const { reason, value } = POISON_KINDS[kinds[number % kinds.length]!]!(1_000_000 + number);
    const id = `poison-${number}`;
    return {
      id,
      reason,
      key: KEYS[number % KEYS.length]!,
      value: value === null ? null : Buffer.from(value),
      headers: [['poison-id', Buffer.from(id)], ...HOSTILE_HEADERS],
    };
  });
  return {
    good,
    duplicates: good.filter((_, number) => number % 50 === 0),
    poison,
    totals: new Map(
      numbers.map((number) => {
        const { order_id, total_price } = orderEvent(number);
        return [order_id, total_price];
      }),
    ),
  };
}
