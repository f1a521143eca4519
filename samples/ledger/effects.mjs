// What the samples must leave in Kafka, worked out from the samples themselves.

/** @typedef {import('../../stack/samples/sample-sets.mjs').Sample} Sample */
/** @typedef {import('../../stack/samples/sample-sets.mjs').Effect} Effect */

/**
 * Topics and the values they must hold.
 * @param {readonly Sample[]} samples
 * @returns {Effect[]}
 */
export function effectsOf(samples) {
  const good = samples.filter((sample) => sample.class === 'good');
  const events = good.map(({ value }) => JSON.parse(value.toString('utf8').replace(/^\uFEFF/, '')));
  return [
    {
      title: 'caracal.ledger.entries: one entry for each record, repeated events included',
      topic: 'caracal.ledger.entries',
      rows: events.map((event) => ({
        entry_id: event.event_id,
        agent_id: event.agent_id,
        amount: String(event.cost),
        currency: event.currency,
        occurred_at: event.occurred_at,
      })),
    },
  ];
}
