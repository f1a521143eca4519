/**
 * What a consumer's counters and dead letters must say once its samples are settled.
 * @typedef {object} Expectations
 * @property {number} received
 * @property {number} done
 * @property {number} duplicate
 * @property {number} retried
 * @property {number} deadLettered
 * @property {Record<string, number>} reasons dead letters by reason
 */

/**
 * Counts the classes that the samples declare.
 * @param {readonly import('./sample-sets.mjs').Sample[]} samples
 * @returns {Expectations}
 */
export function expectationsOf(samples) {
  const reasons = {};
  for (const { class: kind } of samples.filter(becomesDeadLetter))
    reasons[kind] = (reasons[kind] ?? 0) + 1;
  const count = (kind) => samples.filter((sample) => sample.class === kind).length;
  return {
    received: samples.length,
    done: count('good'),
    duplicate: count('duplicate'),
    retried: 0,
    deadLettered: samples.filter(becomesDeadLetter).length,
    reasons,
  };
}

/** @param {import('./sample-sets.mjs').Sample} sample */
export function becomesDeadLetter(sample) {
  return sample.class !== 'good' && sample.class !== 'duplicate';
}
