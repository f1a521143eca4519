import { withConnection } from '../postgres/index.mjs';

/**
 * Runs a consumer's queries and compares their rows with those its samples must give. Returns a line for each
 * difference.
 * @param {string} url
 * @param {{ title: string, query: string, rows: Record<string, string>[] }} effect
 * @returns {Promise<string[]>}
 */
export async function effectDifferences(url, { query, rows }) {
  try {
    const found = await withConnection(url, async (client) => (await client.query(query)).rows);
    const expected = new Set(rows.map((row) => JSON.stringify(row)));
    const present = new Set(found.map((row) => JSON.stringify(row)));
    return [
      ...[...expected].filter((row) => !present.has(row)).map((row) => `missing: ${row}`),
      ...[...present].filter((row) => !expected.has(row)).map((row) => `not expected: ${row}`),
    ];
  } catch (error) {
    return [`the query failed: ${error.message}`];
  }
}
