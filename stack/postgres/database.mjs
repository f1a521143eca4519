/**
 * Runs `work` with a connection of its own.
 * @template T
 * @param {string} url
 * @param {(client: import('pg').Client) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withConnection(url, work) {
  // Not imported at the top: node_modules may be missing when this file is read.
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 });
  client.on('error', () => undefined); // a server that goes away is seen by the query that is under way
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined); // it may be gone already
  }
}

/** The data folder of the server that answers: tells our server from somebody else's. */
export function dataFolderAt(url) {
  return withConnection(url, async (client) => {
    const { rows } = await client.query('SHOW data_directory');
    return rows[0].data_directory;
  });
}

/** @param {string} url @param {string} name */
export async function createDatabase(url, name) {
  await withConnection(url, async (client) => {
    const { rows } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rows.length === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  });
}

/** @param {string} url @param {string} name */
export async function dropDatabase(url, name) {
  await withConnection(url, (client) =>
    client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`),
  );
}
