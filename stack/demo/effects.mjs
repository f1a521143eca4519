import { withConnection } from '../postgres/index.mjs';
import { committedRecords } from './committed-records.mjs';
import { landedRecords } from './landed-records.mjs';

/**
 * Compares what stands in a store with what the samples must give: the rows of a query, the values of a topic, what of a
 * topic stands in the raw zone, or the entities at the analytics API. Returns a line for each difference.
 * @param {{ kafka: string, postgres: string, rawZone: string, analyticsApi: string }} addresses
 * @param {import('../samples/sample-sets.mjs').Effect} effect
 * @returns {Promise<string[]>}
 */
export async function effectDifferences(addresses, effect) {
  const { rows } = effect;
  try {
    const found = await foundRows(addresses, effect);
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

async function foundRows(addresses, { query, topic, zone, isAtApi }) {
  const { kafka, postgres, rawZone, analyticsApi } = addresses;
  if (isAtApi === true) return entitiesAt(analyticsApi);
  if (zone !== undefined) return landedRecords(rawZone, zone);
  return topic === undefined ? rowsOf(postgres, query) : valuesOf(kafka, topic);
}

async function entitiesAt(url) {
  return (await (await fetch(`${url}/_control`)).json()).entities;
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
