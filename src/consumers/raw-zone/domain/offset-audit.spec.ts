import { explain, notLanded } from './offset-audit.js';
import { OffsetRanges } from './offset-ranges.js';

describe('the audit of a range of offsets', () => {
  it('finds every part that is not landed, its ends included', () => {
    const landed = OffsetRanges.of([0, 1, 4, 5, 9, 20]);
    expect(notLanded(landed, { first: 1, last: 12 })).toEqual([
      { first: 2, last: 3 },
      { first: 6, last: 8 },
      { first: 10, last: 12 },
    ]);
    expect(notLanded(new OffsetRanges(), { first: 3, last: 4 })).toEqual([{ first: 3, last: 4 }]);
    expect(notLanded(OffsetRanges.of([3, 4]), { first: 3, last: 4 })).toEqual([]);
    expect(notLanded(landed, { first: 5, last: 4 })).toEqual([]);
  });

  it('explains by dead letters, by the log, and calls missing what the log still has', () => {
    const log = { start: 3, present: OffsetRanges.of([3, 4, 7]) };
    expect(explain([{ first: 0, last: 7 }], log, OffsetRanges.of([1, 4]))).toEqual([
      { first: 0, last: 0, reason: 'before the log' },
      { first: 1, last: 1, reason: 'dead letter' },
      { first: 2, last: 2, reason: 'before the log' },
      { first: 3, last: 3, reason: 'missing' },
      { first: 4, last: 4, reason: 'dead letter' },
      { first: 5, last: 6, reason: 'no record' },
      { first: 7, last: 7, reason: 'missing' },
    ]);
  });
});
