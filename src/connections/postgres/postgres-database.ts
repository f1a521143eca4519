import { AmbientTransaction } from './ambient-transaction.js';
import { refuseBehindFence } from './effect-fence.js';
import type { ConnectionPool } from './connection-pool.js';
import type { PreparedStatement } from './pooled-connection.js';
import type { ServerProbe } from './server-probe.js';

/**
 * One consumer's door to PostgreSQL. Statements inside `transaction` commit or roll back together, however deep they
 * are called, because the transaction travels with the asynchronous call and not as a parameter. A server that cannot
 * be asked is `DependencyUnavailableError`; every other error of the server passes with its SQLSTATE, its quotations
 * of row values hidden. Nothing connects before the first statement.
 */
export class PostgresDatabase {
  constructor(
    readonly consumer: string,
    private readonly pool: ConnectionPool,
    private readonly probe: ServerProbe,
  ) {}

  /** Whether the caller runs inside a transaction of this database. */
  get inTransaction(): boolean {
    return AmbientTransaction.of(this) !== undefined;
  }

  /** Runs in the ambient transaction when there is one, otherwise by itself. Without values it may be several statements. */
  async query<Row>(sql: string | PreparedStatement, values?: readonly unknown[]): Promise<Row[]> {
    const transaction = AmbientTransaction.of(this);
    if (transaction !== undefined) return transaction.query<Row>(sql, values);
    const connection = await this.pool.take();
    try {
      refuseBehindFence();
      return (await connection.query<Row>(sql, values)).rows;
    } finally {
      connection.release();
    }
  }

  /**
   * Commits when the work resolves, rolls back when it rejects. Inside a transaction of this database it joins it.
   * Rejects with `DependencyUnavailableError` when the answer to COMMIT is lost: then nobody knows whether it holds.
   */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    const joined = AmbientTransaction.of(this);
    if (joined !== undefined) return joined.join(work);
    const connection = await this.pool.take();
    try {
      return await AmbientTransaction.run(this, connection, work);
    } finally {
      connection.release();
    }
  }

  /** Resolves when the server answers now, rejects within two seconds otherwise. Never waits for the pool. */
  ping(): Promise<void> {
    return this.probe.ping();
  }
}
