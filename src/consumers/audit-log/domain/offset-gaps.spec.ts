import fc from 'fast-check';
import { OffsetGaps, unknownIn, type OffsetSpan } from './index.js';

function gapsIn(offsets: readonly number[], bound: number): OffsetSpan[] {
  const gaps = new OffsetGaps(0, bound);
  return [...offsets.map((offset) => gaps.take(offset)), gaps.finish()].filter(
    (gap) => gap !== undefined,
  );
}

const within = (spans: readonly OffsetSpan[]): number[] =>
  spans.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, index) => from + index));

const ascending = (most: number): fc.Arbitrary<number[]> =>
  fc.uniqueArray(fc.nat({ max: most })).map((all) => all.sort((left, right) => left - right));

describe('the gaps among offsets', () => {
  it.each<[string, number[], number, [number, number][]]>([
    ['none below 0', [], 0, []],
    ['everything of nothing', [], 3, [[0, 3]]],
    ['none of all', [0, 1, 2], 3, []],
    [
      'before, between and behind',
      [2, 5],
      8,
      [
        [0, 2],
        [3, 5],
        [6, 8],
      ],
    ],
    ['nothing at the bound or behind it', [0, 9], 4, [[1, 4]]],
    ['no less for a repeat', [0, 0, 2, 2], 3, [[1, 2]]],
  ])('are %s', (_, offsets, bound, expected) => {
    expect(gapsIn(offsets, bound)).toEqual(expected.map(([from, to]) => ({ from, to })));
  });

  it('are exactly what is missing below the bound', () => {
    fc.assert(
      fc.property(ascending(60), fc.nat({ max: 60 }), (offsets, bound) => {
        const missing = [...Array(bound).keys()].filter((offset) => !offsets.includes(offset));
        expect(within(gapsIn(offsets, bound))).toEqual(missing);
      }),
    );
  });
});

describe('what is unknown in a span', () => {
  it('is exactly what is in it and not known', () => {
    fc.assert(
      fc.property(
        ascending(60),
        fc.nat({ max: 30 }),
        fc.nat({ max: 30 }),
        (known, from, length) => {
          const span = { from, to: from + length };
          const expected = within([span]).filter((offset) => !known.includes(offset));
          expect(within(unknownIn(span, known))).toEqual(expected);
        },
      ),
    );
  });
});
