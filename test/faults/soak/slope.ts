export interface Slope {
  readonly perHour: number;
  /** Twice the standard error: the slope is that exact, as far as its samples are independent. */
  readonly plusMinus: number;
}

const SECONDS_OF_AN_HOUR = 3_600;

/** How much a value grows in an hour, by least squares. At least three points, not all at one time. */
export function slopeOf(points: readonly (readonly [seconds: number, value: number])[]): Slope {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const centre = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))] as const;
  const spread = points.reduce((sum, [x]) => sum + (x - centre[0]) ** 2, 0);
  const common = points.reduce((sum, [x, y]) => sum + (x - centre[0]) * (y - centre[1]), 0);
  const slope = common / spread;
  const missed = points.reduce(
    (sum, [x, y]) => sum + (y - centre[1] - slope * (x - centre[0])) ** 2,
    0,
  );
  const error = Math.sqrt(missed / (points.length - 2) / spread);
  return { perHour: slope * SECONDS_OF_AN_HOUR, plusMinus: 2 * error * SECONDS_OF_AN_HOUR };
}
