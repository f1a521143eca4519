import { Module } from '@nestjs/common';
import { HttpDependenciesModule } from '../connections/http/index.js';
import { ObjectStoresModule } from '../connections/object-storage/index.js';
import { PostgresConnectionsModule } from '../connections/postgres/index.js';
import { RedisConnectionsModule } from '../connections/redis/index.js';
import { Breakers } from './breaker/index.js';
import { DeadLetterInterceptor } from './dead-letter.interceptor.js';
import { FailureTopics } from './failure-topics.js';
import { DependencyWatch } from './dependency-watch.js';
import { FailureRouter } from './failure-router.js';
import { GroupTopics } from './group-topics.js';
import { FailureSettings } from './failure-settings.js';
import { RetryInterceptor } from './retry.interceptor.js';
import { SteadyPublisher } from './steady-publisher.js';

@Module({
  providers: [
    Breakers,
    DeadLetterInterceptor,
    FailureTopics,
    FailureRouter,
    FailureSettings,
    GroupTopics,
    RetryInterceptor,
    SteadyPublisher,
  ],
  exports: [
    Breakers,
    DeadLetterInterceptor,
    FailureTopics,
    FailureRouter,
    GroupTopics,
    RetryInterceptor,
  ],
})
export class FailuresModule {}

/** Apart from the policies, because it steers the transport that is built on them. */
@Module({
  imports: [
    PostgresConnectionsModule,
    RedisConnectionsModule,
    ObjectStoresModule,
    HttpDependenciesModule,
  ],
  providers: [DependencyWatch],
  exports: [DependencyWatch],
})
export class DependencyWatchModule {}
