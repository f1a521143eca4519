import { Module } from '@nestjs/common';
import { PostgresConnectionsModule } from '../connections/postgres/index.js';
import { RedisConnectionsModule } from '../connections/redis/index.js';
import { Breakers } from './breaker/index.js';
import { DeadLetterInterceptor } from './dead-letter.interceptor.js';
import { DeadLetterTopics } from './dead-letter-topics.js';
import { DependencyWatch } from './dependency-watch.js';
import { FailureRouter } from './failure-router.js';
import { FailureSettings } from './failure-settings.js';
import { RetryInterceptor } from './retry.interceptor.js';
import { SteadyPublisher } from './steady-publisher.js';

@Module({
  providers: [
    Breakers,
    DeadLetterInterceptor,
    DeadLetterTopics,
    FailureRouter,
    FailureSettings,
    RetryInterceptor,
    SteadyPublisher,
  ],
  exports: [Breakers, DeadLetterInterceptor, DeadLetterTopics, FailureRouter, RetryInterceptor],
})
export class FailuresModule {}

/** Apart from the policies, because it steers the transport that is built on them. */
@Module({
  imports: [PostgresConnectionsModule, RedisConnectionsModule],
  providers: [DependencyWatch],
  exports: [DependencyWatch],
})
export class DependencyWatchModule {}
