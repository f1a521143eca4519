// What the samples must leave in PostgreSQL, worked out from the samples themselves in whole numbers.

/** @typedef {import('../../stack/samples/sample-sets.mjs').Sample} Sample */

const DECIMALS = 19;
const HOUR_MS = 3_600_000;

/**
 * Queries and the rows they must give.
 * @param {readonly Sample[]} samples
 * @returns {{ title: string, query: string, rows: Record<string, string>[] }[]}
 */
export function effectsOf(samples) {
  const good = samples.filter((sample) => sample.class === 'good');
  return [
    {
      title: 'metering_totals: exact sums by window, late events in their own',
      query: `SELECT agent_id AS agent, resource_type AS resource, currency,
          (extract(epoch FROM window_start) * 1000)::bigint::text AS window,
          trim_scale(quantity * 1e${DECIMALS})::text AS quantity,
          trim_scale(cost * 1e${DECIMALS})::text AS cost, events::text
        FROM metering_totals`,
      rows: totals(good.map(({ value }) => JSON.parse(value.toString('utf8').replace(/^\uFEFF/, '')))),
    },
  ];
}

function totals(events) {
  const rows = new Map();
  for (const event of events) {
    const time = Date.parse(event.occurred_at);
    const labels = {
      agent: event.agent_id,
      resource: event.resource_type,
      currency: event.currency,
      window: String(Math.floor(time / HOUR_MS) * HOUR_MS),
    };
    const key = JSON.stringify(labels);
    const row = rows.get(key) ?? { ...labels, quantity: 0n, cost: 0n, events: 0n };
    row.quantity += units(event.quantity);
    row.cost += units(event.cost);
    row.events += 1n;
    rows.set(key, row);
  }
  const asText = ([name, value]) => [name, String(value)];
  return [...rows.values()].map((row) => Object.fromEntries(Object.entries(row).map(asText)));
}

/** A decimal as a whole number of 10^-19. */
function units(decimal) {
  const [whole, fraction = ''] = String(decimal).split('.');
  return BigInt(whole + fraction.padEnd(DECIMALS, '0'));
}
