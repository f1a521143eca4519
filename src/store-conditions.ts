import { Injectable } from '@nestjs/common';
import { PostgresConnections } from './connections/postgres/index.js';
import { RedisConnections } from './connections/redis/index.js';
import { StartConditions } from './kafka/index.js';

/** A consumer starts when each store that it uses is there, with what it needs in it. */
@Injectable()
export class StoreConditions extends StartConditions {
  constructor(
    private readonly postgres: PostgresConnections,
    private readonly redis: RedisConnections,
  ) {
    super();
  }

  async unmet(consumer: string): Promise<string | undefined> {
    return (await this.postgres.unmet(consumer)) ?? this.redis.unmet(consumer);
  }
}
