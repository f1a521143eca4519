import { generator } from './records.mjs';

const SEED = 20_260_103;
/** The last quarter of a drained topic is good: a drain that ended in backoffs would measure those. */
const DRAINED_SHARE = 0.75;
/** Failures before a record succeeds. */
const FAILURES = 2;

/**
 * Which records of a plan fail: `failRate` of them twice before they succeed, `lossRate` of them as often as they are
 * tried. The runner and the arms compute the same.
 */
export class Fates {
  #failures;
  #isLost;
  #isKeyTroubled;
  #plan;

  /**
   * @param {import('./records.mjs').RecordPlan} plan
   * @param {{ failRate: number, lossRate: number, attempts: number, perSecond: number }} task
   */
  constructor(plan, { failRate, lossRate, attempts, perSecond }) {
    this.#plan = plan;
    this.#failures = new Uint8Array(plan.total);
    this.#isLost = new Uint8Array(plan.total);
    this.#isKeyTroubled = new Uint8Array(plan.keyCount);
    const share = perSecond > 0 ? 1 : DRAINED_SHARE;
    const next = generator(SEED);
    for (let id = 0; id < plan.total * share; id += 1) {
      const drawn = next() * share;
      if (drawn >= failRate + lossRate) continue;
      this.#isKeyTroubled[plan.keys[id]] = 1;
      this.#isLost[id] = drawn < lossRate ? 1 : 0;
      this.#failures[id] = drawn < lossRate ? attempts : FAILURES;
    }
  }

  /** Ids of the records that must become dead letters, rising. */
  get lost() {
    return [...this.#isLost.keys()].filter((id) => this.isLost(id));
  }

  failuresOf(id) {
    return this.#failures[id];
  }

  isLost(id) {
    return this.#isLost[id] === 1;
  }

  /** Whether no record of its key fails. */
  isHealthy(id) {
    return this.#isKeyTroubled[this.#plan.keys[id]] === 0;
  }
}
