import type { ConnectionPool } from './connection-pool.js';

/**
 * Asks the server whether it answers, over one connection of its own, so that a busy pool never looks like a dead
 * server. Whoever asks while a question is under way shares its answer.
 */
export class ServerProbe {
  #asking: Promise<void> | undefined;

  constructor(private readonly pool: ConnectionPool) {}

  ping(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    const connection = await this.pool.take();
    try {
      await connection.query('SELECT 1');
    } finally {
      connection.release();
    }
  }
}
