import fc from 'fast-check';
import { flushSize, untilFlush } from './flush-trigger.policy.js';

const limits = { records: 10, bytes: 1_000, intervalMs: 30_000 };

describe('a flush', () => {
  it('is due when its oldest record is as old as the interval, and not asked for without one', () => {
    expect(untilFlush({ records: 0, bytes: 0, oldestMs: 0 }, limits)).toBeUndefined();
    expect(untilFlush({ records: 1, bytes: 10, oldestMs: 10_000 }, limits)).toBe(20_000);
    expect(untilFlush({ records: 1, bytes: 10, oldestMs: 31_000 }, limits)).toBe(0);
  });

  it.each([
    ['records', { records: 10, bytes: 10, oldestMs: 0 }],
    ['bytes', { records: 1, bytes: 1_000, oldestMs: 0 }],
  ])('is due at once with enough %s', (_what, buffered) => {
    expect(untilFlush(buffered, limits)).toBe(0);
  });

  it('takes the oldest that fit, and one that is too large alone', () => {
    expect(flushSize([], limits)).toBe(0);
    expect(flushSize([400, 400, 400], limits)).toBe(2);
    expect(flushSize([5_000, 1], limits)).toBe(1);
    expect(flushSize(Array<number>(25).fill(1), limits)).toBe(10);
  });

  it('always takes something, and never more than its limits but for a single one', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2_000 }), { minLength: 1 }), (sizes) => {
        const taken = flushSize(sizes, limits);
        const bytes = sizes.slice(0, taken).reduce((sum, size) => sum + size, 0);
        expect(taken).toBeGreaterThanOrEqual(1);
        expect(taken === 1 || (taken <= limits.records && bytes <= limits.bytes)).toBe(true);
      }),
    );
  });
});
