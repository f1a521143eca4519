import { faultsOf } from './correctness.mjs';
import { CANARY, LIMIT } from './workloads.mjs';

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

/**
 * Compares the arms of one workload: each ratio within its round, then the median of the rounds against the bar.
 * @param {import('./workloads.mjs').Workload} workload
 * @param {readonly import('./arm-process.mjs').ArmRun[]} runs
 * @param {'full' | 'short'} size
 */
export function compare(workload, runs, size) {
  const finished = runs.filter(({ result }) => result !== undefined && result.n > 0);
  const of = (name) => finished.filter(({ arm }) => arm === name);
  const ratios = workload.bars.map((bar) => {
    const values = of(bar.of).flatMap(({ result, round }) => {
      const base = baseOf(
        bar.over,
        result,
        of(bar.over).find((other) => other.round === round),
      );
      return base === undefined ? [] : [rateOf(result) / base];
    });
    const spread = values.length === 0 ? undefined : spreadOf(values);
    const least = bar[size];
    return {
      of: bar.of,
      over: bar.over,
      bar: least,
      values,
      ...spread,
      holds: spread?.median >= least,
    };
  });
  const faults = runs.flatMap((run) =>
    faultsOf(run).map((fault) => `${run.arm}, round ${run.round + 1}: ${fault}`),
  );
  return { ratios, faults, canarySpread: swingOf(of(CANARY)) };
}

function baseOf(over, result, other) {
  if (over === LIMIT) return limitOf(result);
  return other && rateOf(other.result);
}

/** How far the canary's rates lie apart, as a share of their median. */
function swingOf(runs) {
  if (runs.length === 0) return undefined;
  const { median, min, max } = spreadOf(runs.map(({ result }) => rateOf(result)));
  return (max - min) / median;
}
