import { createHash } from 'node:crypto';

/**
 * One step of a schema. A constant in TypeScript, so that it is compiled and shipped with the code that needs it. Once
 * released it is never edited: a further change is a further migration, and one that the version before can live with,
 * because both run side by side during a deployment.
 */
export interface Migration {
  /** Unique in the database: `<consumer>/<number>-<what>`. */
  readonly id: string;
  /** One or more statements; they run in one transaction. */
  readonly sql: string;
}

export interface AppliedMigration {
  readonly id: string;
  readonly checksum: string;
}

export interface MigrationPlan {
  /** To be applied, in this order. */
  readonly pending: readonly Migration[];
  /** Applied with another content than the code has now. */
  readonly changed: readonly string[];
}

export function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}

/** What is applied and unknown here belongs to another consumer or to a newer version, and is left alone. */
export function planMigrations(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
): MigrationPlan {
  const checksums = new Map(applied.map(({ id, checksum }) => [id, checksum]));
  const changed = known.filter(
    (migration) => (checksums.get(migration.id) ?? checksumOf(migration)) !== checksumOf(migration),
  );
  return {
    pending: known.filter(({ id }) => !checksums.has(id)),
    changed: changed.map(({ id }) => id),
  };
}
