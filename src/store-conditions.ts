import { Injectable } from '@nestjs/common';
import { ObjectStores } from './connections/object-storage/index.js';
import { PostgresConnections } from './connections/postgres/index.js';
import { RedisConnections } from './connections/redis/index.js';
import { StartConditions } from './kafka/index.js';

/** A consumer starts when each store that it uses is there, with what it needs in it. */
@Injectable()
export class StoreConditions extends StartConditions {
  constructor(
    private readonly postgres: PostgresConnections,
    private readonly redis: RedisConnections,
    private readonly storages: ObjectStores,
  ) {
    super();
  }

  async unmet(consumer: string): Promise<string | undefined> {
    return (
      (await this.postgres.unmet(consumer)) ??
      (await this.redis.unmet(consumer)) ??
      this.storages.unmet(consumer)
    );
  }
}
