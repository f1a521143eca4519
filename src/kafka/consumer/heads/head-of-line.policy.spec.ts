import { isHeadInTheWay } from './head-of-line.policy.js';

const window = 10_000;

describe('the head of a partition', () => {
  it.each([
    ['nearly everything behind it is settled and the window nearly full', 9_001, 1, false],
    ['as much is settled as the rule says', 9_001, 180, false],
    ['fetching stands still by the window', 10_000, 5_000, true],
    ['fetching still stands still by the window', 7_500, 7_500, true],
  ])('is in the way when %s', (_when, depth, unsettled, isPaused) => {
    expect(isHeadInTheWay({ depth, unsettled, window, isPaused })).toBe(true);
  });

  it.each([
    ['the partition is empty', 0, 0, true],
    ['the window is not nearly full', 9_000, 1, false],
    ['much behind it is unsettled', 9_001, 181, false],
    ['fetching stands still by the buffer and not by the window', 7_499, 10, true],
  ])('is not in the way when %s', (_when, depth, unsettled, isPaused) => {
    expect(isHeadInTheWay({ depth, unsettled, window, isPaused })).toBe(false);
  });
});
