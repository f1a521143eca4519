import { monotonicMs } from '../clock.mjs';

/** What comes in this time after the first record is not measured: the arm starts, joins and warms up. */
const WARM_UP_S = 5;

/**
 * How long records of healthy keys took, from when they were due to be sent to the end of their handler: what holds
 * the sender up counts as well.
 */
export class Latencies {
  #fates;
  #first;
  #measured = [];

  /** @param {{ fates: import('../fates.mjs').Fates, perSecond: number }} options 0 a second: nothing is measured */
  constructor({ fates, perSecond }) {
    this.#fates = fates;
    this.#first = perSecond > 0 ? perSecond * WARM_UP_S : Infinity;
  }

  note(id, dueAt) {
    if (id >= this.#first && this.#fates.isHealthy(id)) this.#measured.push(monotonicMs() - dueAt);
  }

  result() {
    if (this.#measured.length === 0) return { latencies: 0, p50_ms: null, p99_ms: null };
    const sorted = Float64Array.from(this.#measured).sort();
    const at = (share) => Math.round(sorted[Math.ceil(sorted.length * share) - 1] * 100) / 100;
    return { latencies: sorted.length, p50_ms: at(0.5), p99_ms: at(0.99) };
  }
}
