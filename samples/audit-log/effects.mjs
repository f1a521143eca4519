// What the samples must leave in PostgreSQL, worked out from the samples themselves.

/** @typedef {import('../../stack/samples/sample-sets.mjs').Sample} Sample */

/**
 * Queries and the rows they must give.
 * @param {readonly Sample[]} samples
 * @returns {{ title: string, query: string, rows: Record<string, string>[] }[]}
 */
export function effectsOf(samples) {
  const counts = new Map();
  for (const { value } of samples.filter((sample) => sample.class === 'good')) {
    const { event_id: event } = JSON.parse(value.toString('utf8').replace(/^\uFEFF/, ''));
    counts.set(event, (counts.get(event) ?? 0) + 1);
  }
  return [
    {
      title: 'audit_log: each record once, repeated events included',
      query: 'SELECT event_id AS event, count(*)::text AS records FROM audit_log GROUP BY event_id',
      rows: [...counts].map(([event, records]) => ({ event, records: String(records) })),
    },
    {
      title: 'audit_log: no entry that is out of its place',
      query: `SELECT partition, sequence FROM (
          SELECT partition, sequence, previous_hash, row_number() OVER chain AS place, lag(hash) OVER chain AS before
          FROM audit_log WINDOW chain AS (PARTITION BY topic, partition ORDER BY sequence)
        ) AS entries
        WHERE sequence <> place OR previous_hash <> coalesce(before, decode(repeat('00', 32), 'hex'))`,
      rows: [],
    },
  ];
}
