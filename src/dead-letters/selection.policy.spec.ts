import type { RecordHeader } from '../record/index.js';
import { readDeadLetter } from './read-dead-letter.js';
import { offsetsToRead, selects, selectsEverything, type Selection } from './selection.policy.js';
import { Summary } from './summary.js';

const text = (name: string, value: string): RecordHeader => [name, Buffer.from(value)];
const letter = readDeadLetter({
  topic: 'orders.dlq',
  partition: 2,
  offset: 40,
  timestamp: 1_000,
  key: Buffer.from('o-1'),
  value: Buffer.from('{}'),
  headers: [
    text('source', 'shop'),
    text('x-dlq-reason', 'validation'),
    text('x-dlq-error-class', 'ContractViolationError'),
    text('x-dlq-original-topic', 'orders'),
    text('x-dlq-consumer-group', 'loader'),
    text('x-dlq-id', 'abc'),
  ],
});

describe('a selection', () => {
  it.each<[string, Selection, Selection]>([
    ['reason', { reasons: ['exhausted', 'validation'] }, { reasons: ['exhausted'] }],
    ['error', { errorClasses: ['ContractViolationError'] }, { errorClasses: ['TypeError'] }],
    ['group', { groups: ['loader'] }, { groups: ['other'] }],
    ['source', { sources: ['orders'] }, { sources: ['payments'] }],
    ['key', { keys: ['o-1'] }, { keys: ['o-2'] }],
    ['header', { headers: [{ name: 'source' }] }, { headers: [{ name: 'sauce' }] }],
    [
      'value of a header',
      { headers: [{ name: 'source', value: 'shop' }] },
      { headers: [{ name: 'source', value: 'till' }] },
    ],
    ['beginning', { fromMs: 1_000 }, { fromMs: 1_001 }],
    ['end', { toMs: 1_001 }, { toMs: 1_000 }],
    ['id', { ids: ['abc'] }, { ids: ['abd'] }],
    [
      'place',
      { places: [{ partition: 2, offset: 40 }] },
      { places: [{ partition: 1, offset: 40 }] },
    ],
    [
      'part of several',
      { reasons: ['validation'], keys: ['o-1'] },
      { reasons: ['validation'], keys: ['o-2'] },
    ],
  ])('takes by %s what fits and nothing else', (_what, fitting, other) => {
    expect(selects(fitting, letter)).toBe(true);
    expect(selects(other, letter)).toBe(false);
  });

  it('means everything only when nothing narrows it', () => {
    expect(selectsEverything({})).toBe(true);
    expect(selectsEverything({ keys: undefined })).toBe(true);
    expect(selectsEverything({ fromMs: 0 })).toBe(false);
    expect(selects({}, letter)).toBe(true);
  });

  it('reads no more of a partition than the places it names', () => {
    const bounds = { partition: 2, start: 10, end: 100 };
    expect(offsetsToRead({}, bounds)).toEqual({ from: 10, to: 100 });
    const places = [
      { partition: 2, offset: 40 },
      { partition: 2, offset: 50 },
    ];
    expect(offsetsToRead({ places }, bounds)).toEqual({ from: 40, to: 51 });
    const elsewhere = offsetsToRead({ places: [{ partition: 1, offset: 40 }] }, bounds);
    expect(elsewhere.from).toBeGreaterThanOrEqual(elsewhere.to);
  });
});

describe('a summary', () => {
  it('counts by state, and groups by reason, class, source and group', () => {
    const done = {
      kind: 'redriven',
      covers: 0,
      at: '2026-01-01T00:00:00.000Z',
      by: 'somebody',
      job: 'job',
      deadLetter: 'orders.dlq-2:40',
    } as const;
    const summary = new Summary(new Map([['abc', done]]));
    summary.add(letter);
    summary.add({ ...letter, id: 'b', failedAtMs: 3_000 });
    summary.add({ ...letter, id: 'c', failedAtMs: 2_000 });
    summary.add({ ...letter, redriveCount: 1, reason: 'exhausted', failedAtMs: 5_000 });
    expect(summary.total).toBe(4);
    expect(summary.states).toEqual({ open: 3, redriven: 1, discarded: 0 });
    expect(summary.failedAgain).toBe(1);
    expect(summary.oldestOpenMs).toBe(2_000);
    expect(summary.groups.map(({ reason, open, total }) => [reason, open, total])).toEqual([
      ['validation', 2, 3],
      ['exhausted', 1, 1],
    ]);
  });
});
