import type { KafkaRecord } from '../../src/record/index.js';
import type { ForeignRecords } from '../support/foreign-records.js';
import { differencesBetween } from './comparison.js';

const source: KafkaRecord = {
  topic: 'orders',
  partition: 2,
  offset: 1,
  timestamp: 1_000,
  key: Buffer.from('k'),
  value: Buffer.from('v'),
  headers: [['case', Buffer.from('it fails')]],
};
const letter: KafkaRecord = {
  ...source,
  topic: 'orders-dlt',
  timestamp: 2_000,
  headers: [
    ...source.headers,
    ['some.stacktrace', Buffer.from('Error: no\n  at line 1')],
    ['at', Buffer.from('12:00')],
  ],
};
const kept: ForeignRecords = {
  library: 'a library',
  version: '1.0',
  command: 'a command',
  sources: [source],
  deadLetters: [letter],
};
const steadiness = { changingHeaders: ['at'], changingWhenRedriven: ['since'] };
const againWith = (change: Partial<KafkaRecord>): ForeignRecords => ({
  ...kept,
  deadLetters: [{ ...letter, ...change }],
});
const withHeaders = (...headers: KafkaRecord['headers']): ForeignRecords =>
  againWith({ headers: [...source.headers, ...headers] });

describe('what a library writes now', () => {
  it('is as it was kept when only times and the frames of stack traces differ', () => {
    const now = withHeaders(
      ['some.stacktrace', Buffer.from('Error: no\n  at line 7\n  at line 8')],
      ['at', Buffer.from('13:30')],
    );
    const later = now.deadLetters.map((one) => ({ ...one, timestamp: 3_000 }));
    expect(differencesBetween(kept, { ...now, deadLetters: later }, steadiness)).toEqual([]);
  });

  it.each<[string, ForeignRecords]>([
    ['another value', againWith({ value: Buffer.from('w') })],
    ['no value', againWith({ value: null })],
    ['another key', againWith({ key: Buffer.from('l') })],
    ['another partition', againWith({ partition: 0 })],
    ['another offset', againWith({ offset: 9 })],
    ['another topic', againWith({ topic: 'orders.dlq' })],
    ["its source's timestamp", againWith({ timestamp: source.timestamp })],
    ['a header less', withHeaders(letter.headers[1]!)],
    ['another order of headers', withHeaders(letter.headers[2]!, letter.headers[1]!)],
    [
      'another error',
      withHeaders(['some.stacktrace', Buffer.from('Error: yes\n  at')], letter.headers[2]!),
    ],
    ['another version', { ...kept, version: '2.0' }],
    ['one dead letter more', { ...kept, deadLetters: [letter, { ...letter, timestamp: 2_500 }] }],
    ['one dead letter less', { ...kept, deadLetters: [] }],
  ])('differs by %s', (_, now) => {
    expect(differencesBetween(kept, now, steadiness)).toHaveLength(1);
  });

  it('tells of the redrive when it is of a redriven record, and is exact otherwise', () => {
    const redriven = (id: string, since: string): ForeignRecords =>
      withHeaders(['x-redrive-id', Buffer.from(id)], ['since', Buffer.from(since)]);
    expect(differencesBetween(redriven('1', '12:00'), redriven('2', '13:30'), steadiness)).toEqual(
      [],
    );
    const [noon, later] = ['12:00', '13:30'].map((at) => withHeaders(['since', Buffer.from(at)]));
    expect(differencesBetween(noon!, later!, steadiness)).toHaveLength(1);
  });

  it('may stand in any order and place where the library keeps none', () => {
    const [first, stack, at] = letter.headers;
    const now = againWith({ partition: 0, offset: 9, headers: [at!, first!, stack!] });
    const unordered = { ...steadiness, isUnordered: true };
    expect(differencesBetween(kept, now, unordered)).toEqual([]);
    const less = againWith({ headers: [at!, first!] });
    expect(differencesBetween(kept, less, unordered)).toHaveLength(1);
  });
});
