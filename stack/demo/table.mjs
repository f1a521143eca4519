const COUNTERS = {
  received: 'received',
  done: 'done',
  duplicate: 'duplicates',
  retried: 'retried',
  deadLettered: 'dead letters',
};

/**
 * @typedef {object} Result
 * @property {string} consumer
 * @property {Record<string, number>} records
 * @property {import('../samples/expectations.mjs').Expectations} expected
 * @property {boolean} inTime
 * @property {number} milliseconds
 */

/** One row for each consumer. @param {readonly Result[]} results */
export function tableOf(results) {
  const titles = ['consumer', ...Object.values(COUNTERS), 'seconds'];
  const rows = results.map(({ consumer, records, milliseconds }) => [
    consumer,
    ...Object.keys(COUNTERS).map((name) => String(records[name] ?? '?')),
    (milliseconds / 1000).toFixed(1),
  ]);
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  const line = (cells) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
      )
      .join('  ');
  return [line(titles), ...rows.map(line)].join('\n');
}

/** A line for each counter that is not what the samples must give. @param {Result} result */
export function counterDifferences({ records, expected, inTime }) {
  const wrong = Object.keys(COUNTERS).filter((name) => records[name] !== expected[name]);
  return [
    ...(inTime ? [] : [`not settled in time: ${JSON.stringify(records)}`]),
    ...wrong.map(
      (name) => `${COUNTERS[name]}: ${records[name] ?? 'unknown'}, expected ${expected[name]}`,
    ),
  ];
}
