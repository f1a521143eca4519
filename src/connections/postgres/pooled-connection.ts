import type pg from 'pg';
import { asFailure, isConnectionFailure } from './postgres-failure.js';

export interface StatementResult<Row> {
  readonly command: string;
  readonly rows: Row[];
}

/**
 * A statement that is asked again and again: each connection has it planned once and names it from then on. A pooler in
 * between must know prepared statements.
 */
export class PreparedStatement {
  constructor(
    /** Unique in the process. */
    readonly name: string,
    readonly text: string,
  ) {}
}

/**
 * One connection while somebody uses it. Statements run one after the other in the order asked, also when the caller
 * does not await each. Once the server is lost, the connection is destroyed at its release and never given out again.
 */
export class PooledConnection {
  readonly #client: pg.PoolClient;
  readonly #server: string;
  readonly #onRelease: () => void;
  #last: Promise<unknown> = Promise.resolve();
  #isUsable = true;
  #isReleased = false;

  constructor(client: pg.PoolClient, server: string, onRelease: () => void) {
    this.#client = client;
    this.#server = server;
    this.#onRelease = onRelease;
    // Nobody else listens while the connection is out: an unheard error event would end the process.
    client.on('error', this.#lose);
  }

  get isUsable(): boolean {
    return this.#isUsable;
  }

  query<Row>(
    sql: string | PreparedStatement,
    values?: readonly unknown[],
  ): Promise<StatementResult<Row>> {
    const result = this.#last.then(() => this.#ask<Row>(sql, values));
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Not to be used again, whatever its state at the server: it is destroyed at its release. */
  discard(): void {
    this.#isUsable = false;
  }

  /** Breaks the connection under its user, whose statements fail; the server rolls back. */
  cut(): void {
    this.discard();
    this.release();
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#client.release(!this.#isUsable);
    this.#client.removeListener('error', this.#lose);
    this.#onRelease();
  }

  readonly #lose = (): void => {
    this.#isUsable = false;
  };

  async #ask<Row>(
    sql: string | PreparedStatement,
    values?: readonly unknown[],
  ): Promise<StatementResult<Row>> {
    try {
      const given = values as unknown[] | undefined;
      const { command, rows } = await (typeof sql === 'string'
        ? this.#client.query(sql, given)
        : this.#client.query({ name: sql.name, text: sql.text, values: given }));
      return { command, rows: rows as Row[] };
    } catch (error) {
      if (isConnectionFailure(error)) this.#isUsable = false;
      throw asFailure(error, this.#server);
    }
  }
}
