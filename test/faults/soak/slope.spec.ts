import { slopeOf } from './slope.js';

describe('the slope of a value over an hour', () => {
  it('is exact when the value grows evenly', () => {
    const slope = slopeOf([0, 10, 20, 30].map((at) => [at, 5 + at * 2] as const));
    expect(slope.perHour).toBeCloseTo(7_200);
    expect(slope.plusMinus).toBeCloseTo(0);
  });

  it('is none, with what that is worth, when the value swings and stays', () => {
    const swing = Array.from({ length: 40 }, (_, turn) => [turn, turn % 2] as const);
    const { perHour, plusMinus } = slopeOf(swing);
    expect(Math.abs(perHour)).toBeLessThan(plusMinus);
  });
});
