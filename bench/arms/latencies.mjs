import { monotonicMs } from '../clock.mjs';

/** What is due in this time after the first record was handled is not measured: the arm catches up and warms up. */
const WARM_UP_MS = 5_000;

/**
 * How long records of healthy keys took, from when they were due to be sent to the end of their handler: what holds
 * the sender up counts as well. Records without a time at which they were due are not measured.
 */
export class Latencies {
  #fates;
  #from = Infinity;
  #measured = [];

  /** @param {import('../fates.mjs').Fates} fates */
  constructor(fates) {
    this.#fates = fates;
  }

  /** The first record has been taken. */
  begin() {
    this.#from = monotonicMs() + WARM_UP_MS;
  }

  note(id, dueAt) {
    if (dueAt >= this.#from && this.#fates.isHealthy(id))
      this.#measured.push(monotonicMs() - dueAt);
  }

  result() {
    if (this.#measured.length === 0) return { latencies: 0, p50_ms: null, p99_ms: null };
    const sorted = Float64Array.from(this.#measured).sort();
    const at = (share) => Math.round(sorted[Math.ceil(sorted.length * share) - 1] * 100) / 100;
    return { latencies: sorted.length, p50_ms: at(0.5), p99_ms: at(0.99) };
  }
}
