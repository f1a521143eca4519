import fc from 'fast-check';
import type { RecordHeader } from '../record/index.js';
import { deliveryOf, type DeliveryParts } from '../../test/support/deliveries.js';
import { fingerprintOf, identityOf } from './message-identity.js';

const header = (name: string, value: string | Buffer): RecordHeader => [name, Buffer.from(value)];
const idOf = (parts: DeliveryParts): string => identityOf(deliveryOf(parts)).id;
const withHeaders = (...headers: RecordHeader[]): DeliveryParts => ({ record: { headers } });

describe('a message’s identity', () => {
  it('is CloudEvents’ source and id before anything else', () => {
    const headers = [header('ce_source', '/shop'), header('ce_id', '17'), header('event-id', 'x')];
    expect(idOf({ ...withHeaders(...headers), value: { event_id: 'y' } })).toBe('ce:/shop 17');
  });

  it('is not CloudEvents’ when one of the two is missing', () => {
    expect(idOf(withHeaders(header('ce_id', '17'), header('event_id', 'x')))).toBe('id:x');
  });

  it.each(['event-id', 'event_id', 'x-event-id'])('is the header %s', (name) => {
    expect(idOf({ ...withHeaders(header(name, 'e-1')), value: { event_id: 'y' } })).toBe('id:e-1');
  });

  it.each(['event_id', 'messageId'])('is the contract’s own %s', (name) => {
    expect(idOf({ value: { [name]: 'e-1' } })).toBe('id:e-1');
    expect(idOf({ value: { [name]: 42 } })).toBe('id:42');
  });

  it('is the place of the source record otherwise, with its timestamp', () => {
    const origin = { partition: 3, offset: 41, timestamp: 1_000 };
    expect(idOf({ value: { order_id: 'ord-1' }, origin })).toBe('at:3:41:1000');
    expect(idOf({ origin: { ...origin, timestamp: 2_000 } })).toBe('at:3:41:2000');
  });

  it.each<[string, unknown]>([
    ['blank', { event_id: '  ' }],
    ['an object', { event_id: {} }],
    ['a fraction', { event_id: 1.5 }],
    ['inherited', Object.create({ event_id: 'e-1' })],
    ['in a list', ['event_id']],
    ['in a text', 'event_id'],
    ['in nothing', null],
  ])('is not an event id that is %s', (_, value) => {
    expect(idOf({ value })).toMatch(/^at:/);
  });

  it('does not take a blank header, and of a repeated one the last', () => {
    expect(idOf(withHeaders(header('event-id', ' '), header('x-event-id', 'e-1')))).toBe('id:e-1');
    expect(idOf(withHeaders(header('event-id', 'old'), header('event-id', 'new')))).toBe('id:new');
    expect(idOf(withHeaders(header('event-id', 'kept'), ['event-id', null]))).toBe('id:kept');
  });

  it('is scoped by group, handler and origin topic, also after a retry topic', () => {
    const delivery = deliveryOf({
      record: { topic: 'orders.storage_loader.retry.1' },
      origin: { topic: 'orders' },
    });
    expect(identityOf(delivery).scope).toBe('storage_loader/SpecController.handle/orders');
  });

  it('is short plain text whatever the id is, and differs when ids differ', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 400 });
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(bytes, bytes, text, text, (firstBytes, secondBytes, firstText, secondText) => {
        const ids = [
          [firstBytes, idOf(withHeaders(header('event-id', Buffer.from(firstBytes))))],
          [secondBytes, idOf(withHeaders(header('event-id', Buffer.from(secondBytes))))],
          [firstText, idOf({ value: { event_id: firstText } })],
          [secondText, idOf({ value: { event_id: secondText } })],
        ] as const;
        for (const [, id] of ids)
          expect(id).toMatch(/^[\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]{1,200}$/);
        for (const [left, right] of [ids.slice(0, 2), ids.slice(2)]) {
          const isEqual = Buffer.from(left![0]).equals(Buffer.from(right![0]));
          if (!isEqual && !left![1].startsWith('at:')) expect(left![1]).not.toBe(right![1]);
        }
      }),
    );
  });

  it('keeps ids apart that decode to the same text', () => {
    const binary = [
      Buffer.from([0xff, 0x01]),
      Buffer.from([0xfe, 0x01]),
      Buffer.from('\ufffd\u0001'),
    ];
    const ids = binary.map((bytes) => idOf(withHeaders(header('event-id', bytes))));
    const halves = ['\ud800', '\udbff', '\ufffd'].map((id) => idOf({ value: { event_id: id } }));
    expect(new Set([...ids, ...halves]).size).toBe(6);
  });

  it('keeps CloudEvents apart whose source and id only together read the same', () => {
    const pairs = [
      ['a', 'b c'],
      ['a b', 'c'],
      ['ab', 'c'],
      ['a', 'bc'],
    ] as const;
    const ids = pairs.map(([source, id]) =>
      idOf(withHeaders(header('ce_source', source), header('ce_id', id))),
    );
    expect(new Set(ids).size).toBe(4);
  });
});

describe('a value’s fingerprint', () => {
  const of = (value: Buffer | null): string =>
    Buffer.from(fingerprintOf(deliveryOf({ record: { value } }).record), 'base64').toString('hex');

  it('is the SHA-256 of its bytes', () => {
    expect(of(Buffer.from('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('of no value is not that of an empty one', () => {
    expect(of(null)).toBe('');
    expect(of(Buffer.alloc(0))).not.toBe('');
  });
});
