import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { unavailable } from './postgres-failure.js';
import { PooledConnection } from './pooled-connection.js';
import { Turnstile } from './turnstile.js';

export interface ConnectionTimeouts {
  readonly connectMs: number;
  /** When the server gives a statement up: the statement has failed. */
  readonly statementMs: number;
  /** When we give the server up: it does not answer. */
  readonly answerMs: number;
  /** When the server ends a transaction in which nothing is asked. */
  readonly idleInTransactionMs?: number;
}

export interface ConnectionPoolOptions {
  /** Reveals the address; asked once, when the first connection is needed. */
  readonly address: () => string;
  /** The server in words, for errors: host, port and database. */
  readonly server: string;
  readonly applicationName: string;
  readonly size: number;
  readonly timeouts: ConnectionTimeouts;
  /** Told about connections that were lost while nobody used them. */
  readonly onIdleLoss: (error: Error) => void;
}

/** Above the usual deadline of a handler with its grace, so that only a client that is gone loses its transaction and its locks. */
export const IDLE_IN_TRANSACTION_LIMIT_MS = 6 * 60_000;

const IDLE_CONNECTION_MS = 30_000;

/** How long `close` lets connections in use finish before it cuts them, which rolls their transactions back. */
const CLOSE_GRACE_MS = 2_000;

/**
 * At most `size` connections, made when needed. Whoever comes when all are in use waits in order and without a limit:
 * a busy pool is not a server that does not answer. A connection that cannot be made, or that breaks, is reported as
 * `DependencyUnavailableError`; a broken one is never given out again, and breaking while idle crashes nothing.
 */
export class ConnectionPool {
  readonly #options: ConnectionPoolOptions;
  readonly #turnstile: Turnstile;
  readonly #inUse = new Set<PooledConnection>();
  #pool: pg.Pool | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ConnectionPoolOptions) {
    this.#options = options;
    this.#turnstile = new Turnstile(options.size);
  }

  get server(): string {
    return this.#options.server;
  }

  /** A connection for the caller alone. It must be released, whatever happens. */
  async take(): Promise<PooledConnection> {
    await this.#turnstile.enter();
    try {
      const client = await this.#open().connect();
      const connection = new PooledConnection(client, this.server, () => {
        this.#inUse.delete(connection);
        this.#turnstile.leave();
      });
      this.#inUse.add(connection);
      return connection;
    } catch (error) {
      this.#turnstile.leave();
      throw unavailable(error, this.server);
    }
  }

  /** Refuses newcomers, lets connections in use finish for a moment, then cuts them. Resolves in any case. */
  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  async #finish(): Promise<void> {
    this.#turnstile.close(unavailable(new Error('the pool is closed'), this.server));
    if (this.#pool === undefined) return;
    await Promise.race([this.#pool.end(), delay(CLOSE_GRACE_MS, undefined, { ref: false })]);
    for (const connection of this.#inUse) connection.cut();
  }

  #open(): pg.Pool {
    if (this.#pool !== undefined) return this.#pool;
    const { address, applicationName, size, timeouts } = this.#options;
    this.#pool = new pg.Pool({
      connectionString: address(),
      application_name: applicationName,
      max: size,
      connectionTimeoutMillis: timeouts.connectMs,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
      allowExitOnIdle: true,
      keepAlive: true,
      statement_timeout: timeouts.statementMs,
      query_timeout: timeouts.answerMs,
      idle_in_transaction_session_timeout:
        timeouts.idleInTransactionMs ?? IDLE_IN_TRANSACTION_LIMIT_MS,
    });
    this.#pool.on('error', this.#options.onIdleLoss);
    // For as long as it lives: between the packet that accepts it and its user's own listener nobody else listens, and
    // an unheard error event would end the process. Its next statement fails and says why.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
    return this.#pool;
  }
}
