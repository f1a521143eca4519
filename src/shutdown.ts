import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Settings } from './config/index.js';
import { PostgresConnections } from './connections/postgres/index.js';
import { RedisConnections } from './connections/redis/index.js';
import { ConsumerGroups, RecordPublisher } from './kafka/index.js';

/**
 * The one way down: consumers drain and commit, publications finish, stores close, HTTP last. It runs as the root
 * module's destroy hook, because Nest would close HTTP and destroy the stores' providers before the consumers.
 */
@Injectable()
export class Shutdown implements OnModuleDestroy {
  private readonly logger = new Logger(Shutdown.name);
  /** Whether everything under way ended and was committed before the deadline. */
  isComplete = false;

  constructor(
    private readonly settings: Settings,
    private readonly groups: ConsumerGroups,
    private readonly publisher: RecordPublisher,
    private readonly postgres: PostgresConnections,
    private readonly redis: RedisConnections,
  ) {}

  async onModuleDestroy(): Promise<void> {
    const startedAt = performance.now();
    this.logger.log('draining', { timeoutMs: this.settings.shutdownTimeoutMs });
    this.isComplete = await this.groups.stop(startedAt + this.settings.shutdownTimeoutMs);
    await this.publisher.close();
    await this.postgres.close();
    this.redis.close();
    const milliseconds = Math.round(performance.now() - startedAt);
    if (this.isComplete) this.logger.log('drained', { milliseconds });
    else
      this.logger.warn('not drained within SHUTDOWN_TIMEOUT: records come again', { milliseconds });
  }
}
