import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { Secret, type Settings } from '../../src/config/index.js';

export interface FreshDatabase {
  readonly url: string;
  /** Runs statements past everything under test. */
  query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

function serverAddress(): string {
  const address = process.env['MILLRACE_TEST_POSTGRES'];
  if (address === undefined) {
    throw new Error('MILLRACE_TEST_POSTGRES is not set: the address of a PostgreSQL superuser');
  }
  return address;
}

/** An empty database for one spec file. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const name = `spec_${randomBytes(6).toString('hex')}`;
  await asSuperuser(`CREATE DATABASE ${name}`);
  const url = new URL(serverAddress());
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 2, allowExitOnIdle: true });
  pool.on('error', () => undefined);
  return {
    url: url.href,
    query: async <Row extends object>(sql: string, values?: unknown[]) =>
      (await pool.query<Row>(sql, values)).rows,
    drop: async () => {
      await pool.end();
      await asSuperuser(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** The part of the settings that stores read. */
export function storeSettings(
  url: string | undefined,
  overrides: Partial<Settings['database']> & {
    readonly idempotency?: Settings['idempotency'];
    readonly consumers?: Settings['consumers'];
  } = {},
): Settings {
  const { idempotency, consumers, ...database } = overrides;
  return {
    database: {
      url: url === undefined ? undefined : new Secret(url),
      poolSize: 4,
      migrations: 'apply',
      ...database,
    },
    redis: {},
    idempotency: idempotency ?? { cacheSize: 1_000 },
    consumers: consumers ?? new Map(),
  } as Settings;
}

async function asSuperuser(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverAddress() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
