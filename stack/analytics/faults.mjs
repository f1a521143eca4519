/**
 * What a request meets instead of an answer as usual, until it was met so often.
 * @typedef {object} Fault
 * @property {number} [status] answered, and nothing is applied
 * @property {number} [retryAfter] seconds, told with the status
 * @property {boolean} [hang] never answered, nothing is applied
 * @property {boolean} [loseAnswer] applied, and the connection is cut instead of an answer
 * @property {string} [entity] only for events with this customer or product in them
 * @property {number} [times] without it for ever
 */

/** The faults of one stand-in, in the order in which they are met. */
export class Faults {
  /** @type {Fault[]} */
  all = [];

  /** The first that the event meets; it is used up by it. @returns {Fault | undefined} */
  meet(event) {
    const met = this.all.find(({ entity }) => entity === undefined || has(event, entity));
    if (met?.times === undefined) return met;
    met.times -= 1;
    if (met.times <= 0) this.all = this.all.filter((fault) => fault !== met);
    return met;
  }
}

function has({ customers, products }, id) {
  return [...customers, ...products].some((entity) => entity.id === id);
}
