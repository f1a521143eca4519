import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../../config/index.js';
import {
  ConnectionPool,
  IDLE_IN_TRANSACTION_LIMIT_MS,
  type ConnectionTimeouts,
} from './connection-pool.js';
import type { Migration } from './migration.js';
import { PostgresDatabase } from './postgres-database.js';
import { inWords } from './postgres-failure.js';
import { SchemaMigrator } from './schema-migrator.js';
import { ServerProbe } from './server-probe.js';

/** One consumer's question to the server: does it answer now? */
export interface PostgresPing {
  readonly consumer: string;
  /** Rejects within two seconds when the server does not answer. */
  ping(): Promise<void>;
}

interface Schema {
  readonly migrations: Map<string, Migration>;
  isReady: boolean;
  checking: Promise<string | undefined> | undefined;
}

/** A statement that reaches 30 s has failed; a server that has not answered 5 s later is not there. */
const CONSUMER_TIMEOUTS = { connectMs: 5_000, statementMs: 30_000, answerMs: 35_000 };
/** So long after a handler's deadline its transaction may still be there: the grace, and room to end. */
const DEADLINE_MARGIN_MS = 60_000;
const PROBE_TIMEOUTS = { connectMs: 1_000, statementMs: 1_000, answerMs: 1_000 };
const MIGRATION_TIMEOUTS = { connectMs: 3_000, statementMs: 600_000, answerMs: 605_000 };
const MIGRATION_CONNECTIONS = 4;

/**
 * The process's connections to PostgreSQL: a pool per consumer, so that none can starve another, a few for migrations,
 * one for the probe. None is opened before it is needed, and none closes by itself when the application shuts down:
 * the shutdown calls `close` once the consumers have drained.
 */
@Injectable()
export class PostgresConnections {
  readonly #logger = new Logger(PostgresConnections.name);
  readonly #databases = new Map<string, PostgresDatabase>();
  readonly #schemas = new Map<string, Schema>();
  readonly #pools: ConnectionPool[] = [];
  readonly #probe: ServerProbe;
  readonly #migrator: SchemaMigrator;

  constructor(private readonly settings: Settings) {
    this.#probe = new ServerProbe(this.#pool('probe', 1, PROBE_TIMEOUTS));
    this.#migrator = new SchemaMigrator(
      this.#pool('migrations', MIGRATION_CONNECTIONS, MIGRATION_TIMEOUTS),
      settings.database.migrations,
    );
  }

  /** The consumer's own database door; the same one at every call. */
  for(consumer: string): PostgresDatabase {
    const known = this.#databases.get(consumer);
    if (known !== undefined) return known;
    const { handlerTimeoutMs = 0 } = this.settings.consumers.get(consumer) ?? {};
    const pool = this.#pool(consumer, this.settings.database.poolSize, {
      ...CONSUMER_TIMEOUTS,
      idleInTransactionMs: Math.max(
        IDLE_IN_TRANSACTION_LIMIT_MS,
        handlerTimeoutMs + DEADLINE_MARGIN_MS,
      ),
    });
    const database = new PostgresDatabase(consumer, pool, this.#probe);
    this.#databases.set(consumer, database);
    return database;
  }

  /** What the consumer needs in the database, in order. Said again, a migration counts once. */
  register(consumer: string, migrations: readonly Migration[]): void {
    const schema = this.#schemas.get(consumer) ?? {
      migrations: new Map<string, Migration>(),
      isReady: false,
      checking: undefined,
    };
    this.#schemas.set(consumer, schema);
    for (const migration of migrations) {
      if (schema.migrations.has(migration.id)) continue;
      schema.migrations.set(migration.id, migration);
      schema.isReady = false;
    }
  }

  /**
   * What keeps the consumer from starting, in words: the server does not answer, its migrations are not applied.
   * Applies them itself unless `DATABASE_MIGRATIONS=check`. Undefined when nothing does, also for a consumer that has
   * registered nothing; once undefined it is not asked again. Whether the server answers *now* is `pings`.
   */
  async unmet(consumer: string): Promise<string | undefined> {
    const schema = this.#schemas.get(consumer);
    if (schema === undefined || schema.isReady) return undefined;
    schema.checking ??= this.#check(schema).finally(() => {
      schema.checking = undefined;
    });
    return schema.checking;
  }

  /** One question per consumer that has a database here; all of them share the probe's connection. */
  pings(): readonly PostgresPing[] {
    const consumers = new Set([...this.#schemas.keys(), ...this.#databases.keys()]);
    return [...consumers].map((consumer) => ({ consumer, ping: () => this.#probe.ping() }));
  }

  /** Ends every connection. Those still in use are cut after a moment, which rolls their transactions back. */
  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.close()));
  }

  async #check(schema: Schema): Promise<string | undefined> {
    const migrations = [...schema.migrations.values()];
    const unmet = await this.#migrator.unmet(migrations);
    // More may have been registered while these were applied.
    schema.isReady = unmet === undefined && migrations.length === schema.migrations.size;
    return unmet;
  }

  #pool(purpose: string, size: number, timeouts: ConnectionTimeouts): ConnectionPool {
    const { url } = this.settings.database;
    const pool = new ConnectionPool({
      address: () => {
        if (url === undefined) throw new Error('DATABASE_URL is not set');
        return url.reveal();
      },
      server: serverInWords(url?.reveal()),
      applicationName: `millrace ${purpose}`,
      size,
      timeouts,
      onIdleLoss: (error) =>
        this.#logger.debug('idle connection lost', { pool: purpose, reason: inWords(error) }),
    });
    this.#pools.push(pool);
    return pool;
  }
}

/** Host, port and database of the address; nothing of it when it cannot be read, because it may hold a password. */
function serverInWords(address: string | undefined): string {
  if (address === undefined || !URL.canParse(address)) return 'PostgreSQL';
  const { hostname, port, pathname } = new URL(address);
  return `PostgreSQL at ${hostname}:${port || '5432'}${pathname}`;
}
