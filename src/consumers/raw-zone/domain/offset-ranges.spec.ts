import fc from 'fast-check';
import { OffsetRanges } from './offset-ranges.js';

describe('offset ranges', () => {
  it('join what is next to each other', () => {
    const ranges = OffsetRanges.of([5, 7, 9, 6, 1, 8]);
    expect(ranges.toArray()).toEqual([
      { first: 1, last: 1 },
      { first: 5, last: 9 },
    ]);
  });

  it('hold what a set holds, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60)), (offsets) => {
        const ranges = new OffsetRanges();
        const set = new Set<number>();
        for (const offset of offsets) {
          expect(ranges.add(offset)).toBe(!set.has(offset));
          set.add(offset);
        }
        const all = Array.from({ length: 62 }, (_, offset) => offset);
        expect(all.filter((offset) => ranges.has(offset))).toEqual(
          all.filter((one) => set.has(one)),
        );
        expect(ranges.first).toBe(set.size === 0 ? undefined : Math.min(...set));
        expect(ranges.last).toBe(set.size === 0 ? undefined : Math.max(...set));
        const shown = ranges.toArray();
        expect(shown.every(({ first, last }) => first <= last)).toBe(true);
        expect(shown.slice(1).every(({ first }, index) => first > shown[index]!.last + 1)).toBe(
          true,
        );
      }),
    );
  });
});
