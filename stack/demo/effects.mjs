import { withConnection } from '../postgres/index.mjs';
import { committedRecords } from './committed-records.mjs';

/**
 * Compares what stands in a store with what the samples must give: the rows of a query, or the values of a topic. Returns
 * a line for each difference.
 * @param {{ kafka: string, postgres: string }} addresses
 * @param {import('../samples/sample-sets.mjs').Effect} effect
 * @returns {Promise<string[]>}
 */
export async function effectDifferences({ kafka, postgres }, { query, topic, rows }) {
  try {
    const found =
      topic === undefined ? await rowsOf(postgres, query) : await valuesOf(kafka, topic);
    const differences = new Map();
    for (const row of found) count(differences, JSON.stringify(row), 1);
    for (const row of rows) count(differences, JSON.stringify(row), -1);
    return [...differences]
      .filter(([, more]) => more !== 0)
      .map(([row, more]) => `${more < 0 ? 'missing' : 'not expected'}: ${row}`);
  } catch (error) {
    return [`the effect could not be read: ${error.message}`];
  }
}

function count(counts, key, by) {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function rowsOf(url, query) {
  return withConnection(url, async (client) => (await client.query(query)).rows);
}

/** Without the places that no sample knows. */
async function valuesOf(address, topic) {
  const records = await committedRecords(address, [topic]);
  return records.map(({ value }) => {
    const { source, ...rest } = JSON.parse(value.toString('utf8'));
    return rest;
  });
}
