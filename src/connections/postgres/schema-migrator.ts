import type { AppliedMigration, Migration } from './migration.js';
import { checksumOf, planMigrations } from './migration.js';
import type { ConnectionPool } from './connection-pool.js';
import { codeOf, inWords } from './postgres-failure.js';
import type { PooledConnection } from './pooled-connection.js';

/** Any number that nobody else in the database uses for an advisory lock. */
const MIGRATION_LOCK = 5_813_004_217_466;

/** A migration that cannot get its lock gives way, so that running consumers do not queue up behind it. */
const LOCK_PATIENCE = '5s';

const LOCK_NOT_AVAILABLE = '55P03';

const CREATE_TABLE = `
  CREATE TABLE IF NOT EXISTS millrace_migrations (
    id text PRIMARY KEY,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`;

/**
 * Brings a database to the schema that the code needs: each migration once, in order, each in a transaction of its own
 * with its entry in `millrace_migrations`, under an advisory lock that keeps other processes out. With `check` it only
 * reports. A migration that fails leaves the ones before it applied; the next call goes on there.
 */
export class SchemaMigrator {
  constructor(
    private readonly pool: ConnectionPool,
    private readonly mode: 'apply' | 'check',
  ) {}

  /** What is in the way, in words, or undefined when every migration is applied. Never rejects. */
  async unmet(migrations: readonly Migration[]): Promise<string | undefined> {
    try {
      const connection = await this.pool.take();
      try {
        return await this.#bring(connection, migrations);
      } finally {
        connection.release();
      }
    } catch (error) {
      return inWords(error);
    }
  }

  async #bring(
    connection: PooledConnection,
    migrations: readonly Migration[],
  ): Promise<string | undefined> {
    const { pending, changed } = planMigrations(migrations, await applied(connection));
    if (changed.length > 0) {
      return `migrations applied with another content than this version has: ${changed.join(', ')}`;
    }
    if (pending.length === 0) return undefined;
    if (this.mode === 'check') {
      return `migrations not applied (DATABASE_MIGRATIONS=check): ${pending.map(({ id }) => id).join(', ')}`;
    }
    return this.#applyLocked(connection, migrations);
  }

  async #applyLocked(
    connection: PooledConnection,
    migrations: readonly Migration[],
  ): Promise<string | undefined> {
    // The lock goes with the session: no connection that held it, or whose settings were changed, is used again.
    connection.discard();
    await connection.query(`SET lock_timeout = '${LOCK_PATIENCE}'`);
    try {
      await connection.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    } catch (error) {
      if (codeOf(error) !== LOCK_NOT_AVAILABLE) throw error;
      return 'another process is applying migrations';
    }
    await connection.query(CREATE_TABLE);
    for (const migration of planMigrations(migrations, await applied(connection)).pending) {
      const failure = await apply(connection, migration);
      if (failure !== undefined) return failure;
    }
    return undefined;
  }
}

async function applied(connection: PooledConnection): Promise<readonly AppliedMigration[]> {
  const { rows } = await connection.query<{ exists: boolean }>(
    `SELECT to_regclass('millrace_migrations') IS NOT NULL AS exists`,
  );
  if (rows[0]?.exists !== true) return [];
  return (await connection.query<AppliedMigration>('SELECT id, checksum FROM millrace_migrations'))
    .rows;
}

async function apply(
  connection: PooledConnection,
  migration: Migration,
): Promise<string | undefined> {
  try {
    await connection.query('BEGIN');
    await connection.query(migration.sql);
    await connection.query('INSERT INTO millrace_migrations (id, checksum) VALUES ($1, $2)', [
      migration.id,
      checksumOf(migration),
    ]);
    await connection.query('COMMIT');
    return undefined;
  } catch (error) {
    return `migration ${migration.id} failed: ${inWords(error)}`;
  }
}
