// What the samples must leave in PostgreSQL, worked out from the samples themselves.

/** @typedef {import('../../stack/samples/sample-sets.mjs').Sample} Sample */

/**
 * Queries and the rows they must give.
 * @param {readonly Sample[]} samples
 * @returns {{ title: string, query: string, rows: Record<string, string>[] }[]}
 */
export function effectsOf(samples) {
  const orders = winners(samples.filter((sample) => sample.class === 'good'));
  return [
    {
      title: 'orders: one row for each, the newest event of it',
      query: `SELECT order_id, trim_scale(total_price)::text AS total, customer_name AS customer,
          (extract(epoch FROM created_at) * 1000)::bigint::text AS created
        FROM orders ORDER BY order_id COLLATE "C"`,
      rows: orders.map((order) => ({
        order_id: order.order_id,
        total: shortest(String(order.total_price)),
        customer: order.customer_name,
        created: String(Date.parse(order.created_at)),
      })),
    },
    {
      title: 'order_lines: the lines of that event and no others',
      query: `SELECT order_id, count(*)::text AS lines
        FROM order_lines GROUP BY order_id ORDER BY order_id COLLATE "C"`,
      rows: orders.map((order) => ({
        order_id: order.order_id,
        lines: String(order.line_items.length),
      })),
    },
  ];
}

/** The greatest created_at wins; of equal ones the later record, since one order's events share a partition. */
function winners(samples) {
  const newest = new Map();
  for (const { value } of samples) {
    const order = JSON.parse(value.toString('utf8').replace(/^\uFEFF/, ''));
    const known = newest.get(order.order_id);
    if (known === undefined || Date.parse(order.created_at) >= Date.parse(known.created_at)) {
      newest.set(order.order_id, order);
    }
  }
  return [...newest.values()].sort((left, right) => (left.order_id < right.order_id ? -1 : 1));
}

/** A decimal without the zeros at its end, as PostgreSQL's trim_scale writes it. */
function shortest(decimal) {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}
