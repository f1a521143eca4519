import { Injectable } from '@nestjs/common';
import {
  IdempotencyInterceptor,
  MemoryIdempotencyProvider,
  RedisLeaseStore,
} from '../idempotency/index.js';
import { ConsumerGroups, LagMonitor } from '../kafka/index.js';
import { CountingRecordObserver } from '../observability/index.js';
import { Exposition } from './exposition.js';
import { readGroups } from './group-metrics.js';
import { readHandlers } from './handler-metrics.js';
import { readIdempotency } from './idempotency-metrics.js';
import type { ActivitySources } from './topic-samples.js';
import { readTopics } from './topic-metrics.js';

/** Every metric of the catalogue, bound to where its number is, and Node's own. */
@Injectable()
export class MetricsService {
  private readonly exposition = new Exposition();

  constructor(
    groups: ConsumerGroups,
    lag: LagMonitor,
    observer: CountingRecordObserver,
    idempotency: IdempotencyInterceptor,
    memory: MemoryIdempotencyProvider,
    redis: RedisLeaseStore,
  ) {
    const activities = () => groups.activities();
    const handlers: ActivitySources = {
      activities,
      countsOf: (handler) => observer.of(handler),
      logsOf: (handler) => observer.logsOf(handler),
    };
    readHandlers(this.exposition, handlers);
    readTopics(this.exposition, handlers);
    readGroups(this.exposition, { activities, lagOf: (consumer) => lag.of(consumer) });
    readIdempotency(this.exposition, {
      claims: idempotency.claims,
      cacheEntries: () => memory.entries,
      lossesOfRedis: () => redis.losses,
    });
    this.exposition.readProcess();
  }

  /** In Prometheus's text format. */
  text(): Promise<string> {
    return this.exposition.text();
  }
}
