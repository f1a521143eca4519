// What the samples must leave at the analytics API, worked out from the samples themselves.

/** @typedef {import('../../stack/samples/sample-sets.mjs').Sample} Sample */
/** @typedef {import('../../stack/samples/sample-sets.mjs').Effect} Effect */

/**
 * Every customer and product as the latest good message says.
 * @param {readonly Sample[]} samples
 * @returns {Effect[]}
 */
export function effectsOf(samples) {
  const messages = samples
    .filter((sample) => sample.class === 'good')
    .map(({ value }) => JSON.parse(value.toString('utf8').replace(/^\uFEFF/, '')))
    .sort((left, right) => Date.parse(left.timestamp) - Date.parse(right.timestamp));
  const latest = new Map();
  for (const { eventType, payload } of messages) {
    for (const entity of payload) latest.set(`${eventType} ${entity.id}`, entity);
  }
  return [
    {
      title: 'analytics API: each customer and product once, its latest version',
      isAtApi: true,
      rows: [...latest.values()],
    },
  ];
}
