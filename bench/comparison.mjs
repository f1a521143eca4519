import { faultsOf } from './correctness.mjs';
import { A_SECOND, CANARY, LIMIT } from './workloads.mjs';

/** Records a second over the measured loop. */
export const rateOf = ({ n, wall_ms: wallMs }) => (n / wallMs) * 1000;

/** The rate at which every slot is occupied by the work alone, as long as that really took. */
export const limitOf = ({ settings, work_ms_mean: workMs }) =>
  (settings.concurrency / workMs) * 1000;

/** Median, least and most. */
export function spreadOf(numbers) {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}

const MEASURES = {
  rate: { valueOf: rateOf, holds: (ratio, bar) => ratio >= bar },
  p99: { valueOf: ({ p99_ms: p99 }) => p99, holds: (ratio, bar) => ratio <= bar },
};

/**
 * Compares the arms of one workload: each ratio within its round, then the median of the rounds against the bar.
 * @param {import('./workloads.mjs').Workload} workload
 * @param {readonly import('./arm-process.mjs').ArmRun[]} runs
 * @param {'full' | 'short'} size
 */
export function compare(workload, runs, size) {
  const finished = runs.filter(({ result }) => result !== undefined && result.n > 0);
  const of = (name) => finished.filter(({ arm }) => arm === name);
  const ratios = workload.bars.map(({ of: name, over, measure = 'rate', [size]: bar }) => {
    const { valueOf, holds } = MEASURES[measure];
    const values = of(name).flatMap(({ result, round }) => {
      const other = of(over).find((run) => run.round === round)?.result;
      const base = baseOf(over, result) ?? (other && valueOf(other));
      const value = valueOf(result);
      return base && value !== null ? [value / base] : [];
    });
    const spread = values.length === 0 ? undefined : spreadOf(values);
    const isHeld = spread !== undefined && holds(spread.median, bar);
    return { of: name, over, measure, bar, values, ...spread, holds: isHeld };
  });
  const faults = runs.flatMap((run) =>
    faultsOf(run).map((fault) => `${run.arm}, round ${run.round + 1}: ${fault}`),
  );
  return { ratios, faults, canarySpread: swingOf(of(CANARY)) };
}

/** What a rate is divided by where that is no other arm's. */
function baseOf(over, result) {
  if (over === LIMIT) return limitOf(result);
  return over === A_SECOND ? 1 : undefined;
}

/** How far the canary's rates lie apart, as a share of their median. */
function swingOf(runs) {
  if (runs.length === 0) return undefined;
  const { median, min, max } = spreadOf(runs.map(({ result }) => rateOf(result)));
  return (max - min) / median;
}
