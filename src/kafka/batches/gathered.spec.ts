import { Gathered } from './gathered.js';

const limits = { maxRecords: 3, maxBytes: 100 };

function gatheredOf(...entries: readonly [offset: number, bytes: number][]) {
  const gathered = new Gathered<{ offset: number; bytes: number; gatheredAt: number }>();
  entries.forEach(([offset, bytes], index) => gathered.add({ offset, bytes, gatheredAt: index }));
  return gathered;
}

const offsets = (entries: readonly { offset: number }[]) => entries.map(({ offset }) => offset);

describe('Gathered', () => {
  it('gives the lowest offsets first, however they came', () => {
    const gathered = gatheredOf([5, 1], [2, 1], [9, 1], [1, 1]);
    expect(offsets(gathered.take(limits))).toEqual([1, 2, 5]);
    expect(offsets(gathered.take(limits))).toEqual([9]);
  });

  it('is full with as many records as a batch may have', () => {
    expect(gatheredOf([1, 1], [2, 1]).isFull(limits)).toBe(false);
    expect(gatheredOf([1, 1], [2, 1], [3, 1]).isFull(limits)).toBe(true);
  });

  it('is full with as many bytes as a batch may have, and never gives more', () => {
    expect(gatheredOf([1, 50], [2, 49]).isFull(limits)).toBe(false);
    expect(gatheredOf([1, 50], [2, 50]).isFull(limits)).toBe(true);
    const gathered = gatheredOf([1, 60], [2, 60]);
    expect(gathered.isFull(limits)).toBe(true);
    expect(offsets(gathered.take(limits))).toEqual([1]);
  });

  it('gives a record that is larger than a batch may be by itself', () => {
    const gathered = gatheredOf([1, 10], [2, 500], [3, 10]);
    expect([1, 2, 3].map(() => offsets(gathered.take(limits)))).toEqual([[1], [2], [3]]);
  });

  it('counts and gives none at or above an offset that is still to come', () => {
    const gathered = gatheredOf([1, 1], [2, 1], [4, 1]);
    expect(gathered.isFull(limits, 3)).toBe(false);
    expect(offsets(gathered.take(limits, 3))).toEqual([1, 2]);
    expect(gathered.take(limits, 3)).toEqual([]);
    expect(gathered.size).toBe(1);
  });

  it('counts the bytes that are left', () => {
    const gathered = gatheredOf([1, 90], [2, 20], [3, 20]);
    gathered.take(limits);
    expect(gathered.isFull(limits)).toBe(false);
    gathered.add({ offset: 4, bytes: 60, gatheredAt: 9 });
    expect(gathered.isFull(limits)).toBe(true);
  });
});
