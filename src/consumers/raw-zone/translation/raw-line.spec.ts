import fc from 'fast-check';
import type { RecordHeader } from '../../../record/index.js';
import { decodeLine, encodeLine, holdSameRecord, type RawRecord } from './raw-line.js';

const record: RawRecord = {
  topic: 'streamlake.orders.raw',
  partition: 3,
  offset: 42,
  timestamp: 1_769_860_800_000,
  key: Buffer.from('o-1'),
  value: Buffer.from('{ "a" : 1.00 }'),
  headers: [
    ['event_id', Buffer.from('e-1')],
    ['event_id', null],
    ['trace', Buffer.from([0xff, 0x00])],
  ],
};

const bytes = fc.option(
  fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)),
    fc.string({ unit: 'binary', maxLength: 20 }).map((text) => Buffer.from(text)),
  ),
);
const records: fc.Arbitrary<RawRecord> = fc.record({
  topic: fc.constantFrom('a', 'streamlake.orders.raw'),
  partition: fc.nat(1000),
  offset: fc.maxSafeNat(),
  timestamp: fc.integer({ min: -1 }),
  key: bytes,
  value: bytes,
  headers: fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), bytes) as fc.Arbitrary<RecordHeader>),
});

describe('a line', () => {
  it('holds text as it is and other bytes in base64', () => {
    expect(encodeLine(record).toString()).toBe(
      '{"topic":"streamlake.orders.raw","partition":3,"offset":42,"timestamp":1769860800000,' +
        '"key":"o-1","keyEncoding":"utf8","value":"{ \\"a\\" : 1.00 }","valueEncoding":"utf8",' +
        '"headers":[["event_id","e-1","utf8"],["event_id",null,null],["trace","/wA=","base64"]]}',
    );
  });

  it('gives every byte of any record back', () => {
    fc.assert(
      fc.property(records, (any) => {
        expect(decodeLine(encodeLine(any))).toEqual(any);
      }),
    );
  });

  it.each([
    ['a tombstone', null],
    ['an empty value', Buffer.alloc(0)],
    ['a byte order mark', Buffer.from('\uFEFF{}')],
    ['bytes that are no UTF-8', Buffer.from([0xc3, 0x28])],
    ['half a surrogate pair', Buffer.from([0xed, 0xa0, 0x80])],
    ['line ends of every kind', Buffer.from('a\nb\r\nc\u2028d\u2029e\u0085f')],
    ['NUL', Buffer.from('a\0b')],
  ])('gives back %s', (_, value) => {
    expect(decodeLine(encodeLine({ ...record, value })).value).toEqual(value);
  });

  it('is one line to every reader', () => {
    fc.assert(
      fc.property(records, (any) => {
        expect(encodeLine(any).toString()).not.toMatch(/[\n\r\u0085\u2028\u2029]/);
      }),
    );
  });

  it('is the same record in another order of its fields', () => {
    const line = encodeLine(record);
    const fields = Object.entries(JSON.parse(line.toString()) as object).reverse();
    const other = Buffer.from(JSON.stringify(Object.fromEntries(fields), null, 1));
    expect(holdSameRecord(line, other)).toBe(true);
    expect(holdSameRecord(line, encodeLine({ ...record, value: Buffer.from('{}') }))).toBe(false);
  });

  it.each([
    ['no JSON', 'secret'],
    ['no object', '["secret"]'],
    ['another offset than a number', '{"topic":"a","partition":0,"offset":"secret","timestamp":1}'],
    [
      'an unknown encoding',
      '{"topic":"a","partition":0,"offset":1,"timestamp":1,"key":"secret","keyEncoding":"hex","value":null,"headers":[]}',
    ],
  ])('that is %s is refused without being quoted', (_, line) => {
    expect(() => decodeLine(line)).toThrow(/^not a line of the raw zone/);
    expect(() => decodeLine(line)).not.toThrow(/secret/);
  });
});
