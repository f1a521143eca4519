import fc from 'fast-check';
import { hasOffset, joinRanges, rangesFrom } from './settled-ranges.js';

const ranges = fc
  .uniqueArray(fc.nat(60), { maxLength: 20 })
  .map((bounds) => bounds.sort((left, right) => left - right))
  .map((bounds) => bounds.slice(0, bounds.length - (bounds.length % 2)));
const offsetsOf = (bounds: readonly number[]): number[] =>
  [...Array(130).keys()].filter((offset) =>
    bounds.some((from, index) => index % 2 === 0 && offset >= from && offset < bounds[index + 1]!),
  );

describe('settled ranges', () => {
  it('have exactly the offsets between their bounds', () => {
    fc.assert(
      fc.property(ranges, (bounds) => {
        const found = [...Array(130).keys()].filter((offset) => hasOffset(bounds, offset));
        expect(found).toEqual(offsetsOf(bounds));
      }),
    );
  });

  it('keep what lies at an offset and above', () => {
    fc.assert(
      fc.property(ranges, fc.nat(70), (bounds, start) => {
        const kept = offsetsOf(bounds).filter((offset) => offset >= start);
        expect(offsetsOf(rangesFrom(bounds, start))).toEqual(kept);
      }),
    );
  });

  it('become one where they touch', () => {
    expect(joinRanges([1, 3], [3, 5, 8, 9])).toEqual([1, 5, 8, 9]);
    expect(joinRanges([1, 3], [4, 5])).toEqual([1, 3, 4, 5]);
    expect(joinRanges([], [4, 5])).toEqual([4, 5]);
    expect(joinRanges([1, 3], [])).toEqual([1, 3]);
  });
});
