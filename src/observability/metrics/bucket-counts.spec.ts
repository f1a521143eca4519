import { BucketCounts } from './bucket-counts.js';

describe('bucket counts', () => {
  it('put a value into the first bucket whose bound it does not pass', () => {
    const counts = new BucketCounts([1, 5]);
    for (const value of [0, 1, 1.1, 5, 5.1, 1_000]) counts.observe(value);
    expect(counts.counts).toEqual([2, 2, 2]);
  });

  it('keep sum and number of all values', () => {
    const counts = new BucketCounts([1]);
    for (const value of [0.25, 0.5, 2]) counts.observe(value);
    expect([counts.sum, counts.count]).toEqual([2.75, 3]);
  });
});
