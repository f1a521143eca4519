import { join } from 'node:path';
import { findRedisProgram, RedisServer } from '../stack/redis/index.mjs';
import { PostgresServer } from '../stack/postgres/index.mjs';
import { StackError } from '../stack/project.mjs';
import { step } from '../stack/progress.mjs';

/** The servers of the stores that arms remember their messages in, as durable as they are by default. */
export class Stores {
  #servers = [];

  constructor(folder, { tell, signal }) {
    const options = { tell, signal };
    this.#servers = [
      new RedisServer({ folder: join(folder, 'redis'), ...options }),
      new PostgresServer({ folder: join(folder, 'postgres'), ...options }),
    ];
    this.tell = tell;
  }

  /**
   * Starts what the workloads need, and gives the settings by which an arm finds it.
   * @param {readonly import('./workloads.mjs').Workload[]} workloads
   */
  async start(workloads) {
    const wanted = new Set(workloads.flatMap(({ arms }) => arms.map(({ store }) => store)));
    const [redis, postgres] = this.#servers;
    if (wanted.has('redis')) {
      const { reason } = await findRedisProgram(this.tell);
      if (reason !== undefined) throw new StackError(reason);
      await step('starting Redis', () => redis.start());
    }
    const isSql = wanted.has('postgres') || wanted.has('postgres-lease');
    if (isSql) await step('starting PostgreSQL', () => postgres.start());
    return {
      ...(wanted.has('redis') && { REDIS_URL: redis.url }),
      ...(isSql && { DATABASE_URL: postgres.url }),
    };
  }

  async stop() {
    await Promise.all(this.#servers.map((server) => server.stop()));
  }
}
