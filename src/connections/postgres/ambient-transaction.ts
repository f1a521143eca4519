import { AsyncLocalStorage } from 'node:async_hooks';
import { onGivenUp, refuseBehindFence } from './effect-fence.js';
import type { PooledConnection, PreparedStatement } from './pooled-connection.js';
import { TransactionDoomedError, TransactionEndedError } from './postgres.errors.js';

const ambient = new AsyncLocalStorage<AmbientTransaction>();

/**
 * One transaction, for everything that is called inside it. All or nothing also when a part's failure was caught on
 * the way: then the whole cannot commit. What is still running when it ends gets an error, never another transaction.
 *
 * A lost answer to COMMIT: the client sends COMMIT, the server makes it durable, the connection breaks before the
 * answer. Nobody here can know, so the connection is destroyed and `DependencyUnavailableError` says "not known". Who
 * needs to know writes a row of its own in the transaction and looks for it in the next one. If the server still holds
 * the old transaction then, that row is locked, not absent: the question is answered late, never wrongly.
 */
export class AmbientTransaction {
  #isDoomed = false;
  #hasEnded = false;

  constructor(
    private readonly owner: object,
    private readonly connection: PooledConnection,
    private readonly outer: AmbientTransaction | undefined,
  ) {}

  /** The transaction of that owner which the caller runs in. Those of other owners may lie around it. */
  static of(owner: object): AmbientTransaction | undefined {
    let transaction = ambient.getStore();
    while (transaction !== undefined && transaction.owner !== owner)
      transaction = transaction.outer;
    return transaction;
  }

  /** Runs the work in a new transaction and ends it. The connection is the caller's to release. */
  static async run<T>(
    owner: object,
    connection: PooledConnection,
    work: () => Promise<T>,
  ): Promise<T> {
    const transaction = new AmbientTransaction(owner, connection, ambient.getStore());
    const unwatch = onGivenUp(() => transaction.#cut());
    try {
      refuseBehindFence();
      // The claims of the inbox rely on reading what others committed meanwhile, whatever the database's default is.
      await connection.query('BEGIN ISOLATION LEVEL READ COMMITTED');
      const result = await ambient.run(transaction, work);
      await transaction.#commit();
      return result;
    } catch (error) {
      await transaction.#rollBack();
      throw error;
    } finally {
      unwatch();
    }
  }

  /** Work inside the transaction that is there already. */
  async join<T>(work: () => Promise<T>): Promise<T> {
    this.#refuseWhenEnded();
    try {
      return await work();
    } catch (error) {
      this.#isDoomed = true;
      throw error;
    }
  }

  async query<Row>(sql: string | PreparedStatement, values?: readonly unknown[]): Promise<Row[]> {
    this.#refuseWhenEnded();
    return (await this.connection.query<Row>(sql, values)).rows;
  }

  async #commit(): Promise<void> {
    if (this.#isDoomed) throw new TransactionDoomedError('a part of the transaction had failed');
    this.#hasEnded = true;
    const { command } = await this.#end('COMMIT');
    if (command !== 'COMMIT') {
      throw new TransactionDoomedError('a statement of the transaction had failed');
    }
  }

  /** Its work was given up and may go on: without the connection it can neither commit nor hold locks. */
  #cut(): void {
    this.#hasEnded = true;
    this.connection.cut();
  }

  /** Never rejects: what cannot be rolled back here is rolled back by the server when the connection goes. */
  async #rollBack(): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.connection.isUsable) await this.#end('ROLLBACK').catch(() => undefined);
  }

  async #end(statement: 'COMMIT' | 'ROLLBACK'): Promise<{ readonly command: string }> {
    try {
      return await this.connection.query(statement);
    } catch (error) {
      this.connection.discard();
      throw error;
    }
  }

  #refuseWhenEnded(): void {
    if (this.#hasEnded) {
      throw new TransactionEndedError(
        'the transaction has ended; a statement in it was not awaited',
      );
    }
  }
}
