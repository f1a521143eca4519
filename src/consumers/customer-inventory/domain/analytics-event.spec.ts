import { Instant } from '../../../values/index.js';
import { analyticsEventOf } from './analytics-event.js';
import { assemble, type Accepted } from './assembly.js';
import type { Entity, EntityKind } from './entity.js';
import type { MergeMessage } from './merge-message.js';

const START = 1_769_860_800_123_456n;
const sender = { groupId: 'g', source: 'millrace', version: '1.2.3' };

const entityOf = (kind: EntityKind, id: string, text: string): Entity => ({
  kind,
  id,
  text,
  content: text,
});
function messageOf(offset: number, entities: readonly Entity[], seconds = 0): MergeMessage {
  return {
    place: { topic: 't', partition: 0, offset, timestamp: 5 },
    at: Instant.of(START + BigInt(seconds) * 1_000_000n)!,
    entities,
  };
}
const eventOf = (messages: readonly MergeMessage[], more: Partial<typeof sender> = {}) =>
  analyticsEventOf(assemble(messages, NOTHING), { ...sender, ...more });

const NOTHING: Accepted = { contentOf: () => undefined, isOvertaken: () => false };

const customer = entityOf('customer', 'c-1', '{"id" :"c-1","n":1.10}');
const product = entityOf('product', 'p-1', '{"id":"p-1"}');

describe('an analytics event', () => {
  it('has both lists, its entities as they are written, and the time of its latest message', () => {
    const event = eventOf([messageOf(1, [customer], 9), messageOf(2, [product])]);
    expect(event.body).toContain(`"customers":[${customer.text}],"products":[{"id":"p-1"}]`);
    expect(JSON.parse(event.body)).toEqual({
      eventId: event.eventId,
      timestamp: '2026-01-31T12:00:09.123Z',
      customers: [{ id: 'c-1', n: 1.1 }],
      products: [{ id: 'p-1' }],
      metadata: { source: 'millrace', version: '1.2.3', customerCount: 1, productCount: 1 },
    });
    expect(event).toMatchObject({ customers: 1, products: 1 });
  });

  it('has an empty list for what it has none of', () => {
    expect(JSON.parse(eventOf([messageOf(1, [customer])]).body)).toMatchObject({ products: [] });
  });

  it('has an id of its time and its key', () => {
    const { eventId, idempotencyKey } = eventOf([messageOf(1, [customer])]);
    expect(idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
    expect(eventId).toBe(`EVT-20260131120000-${idempotencyKey.slice(0, 6)}`);
  });

  it('is the same for the same messages, in whatever order they came', () => {
    const [one, other] = [messageOf(1, [customer]), messageOf(2, [product])];
    expect(eventOf([other, one])).toEqual(eventOf([one, other]));
  });

  it.each([
    ['its messages came from other places', [messageOf(2, [customer])], {}],
    ['they say something else', [messageOf(1, [product])], {}],
    ['another group sends it', [messageOf(1, [customer])], { groupId: 'h' }],
    ['another version sends it', [messageOf(1, [customer])], { version: '2.0.0' }],
  ])('is another one when %s', (_why, messages, more) => {
    const { idempotencyKey } = eventOf([messageOf(1, [customer])]);
    expect(eventOf(messages, more).idempotencyKey).not.toBe(idempotencyKey);
  });

  it('has a time also before 1970', () => {
    const at = Instant.of(-1n)!;
    expect(eventOf([{ ...messageOf(1, [customer]), at }]).eventId).toMatch(/^EVT-19691231235959-/);
  });
});
