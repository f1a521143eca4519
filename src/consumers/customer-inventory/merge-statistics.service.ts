import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Settings } from '../../config/index.js';
import { MemoryIdempotencyProvider } from '../../idempotency/index.js';
import { ConsumerGroups } from '../../kafka/index.js';
import { ConsumerMetrics, METRICS } from '../../observability/index.js';
import { HttpAnalyticsApi } from './analytics/index.js';
import { customerInventoryConsumer } from './customer-inventory.config.js';
import type { EntityKind } from './domain/index.js';
import { MergeSyncData } from './merge-sync-data.service.js';

const CONSUMER = customerInventoryConsumer.name;
const EVERY_MS = 60_000;

/** Tells once a minute, and in metrics at any time, what came of the messages and what is under way. */
@Injectable()
export class MergeStatistics implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(CONSUMER);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly groups: ConsumerGroups,
    private readonly merge: MergeSyncData,
    private readonly memory: MemoryIdempotencyProvider,
    private readonly settings: Settings,
    api: HttpAnalyticsApi,
    metrics: ConsumerMetrics,
  ) {
    metrics.provide(METRICS.mergeBuffer, () => [
      { labels: {}, value: this.merge.buffer.messages.length },
    ]);
    metrics.provide(METRICS.analyticsRequests, () =>
      Object.entries(api.requests).map(([result, value]) => ({ labels: { result }, value })),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.logger.log('statistics', this.statistics()), EVERY_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Skipped: known by their ids or by their contents. Errors: dead letters. */
  statistics() {
    const { entries } = this.memory;
    const { cacheSize } = this.settings.idempotency;
    const percent = Math.round((entries / cacheSize) * 1_000) / 10;
    return {
      customerConsumer: this.countsOf('customers'),
      inventoryConsumer: this.countsOf('inventory'),
      mergeBuffer: { customers: this.buffered('customer'), products: this.buffered('product') },
      idempotencyCache: { entries, utilization: `${percent}%` },
    };
  }

  private countsOf(method: string) {
    const all = this.groups
      .activities()
      .flatMap(({ topics }) => topics)
      .filter(
        ({ handler }) => handler.consumer === CONSUMER && handler.handler.endsWith(`.${method}`),
      );
    const sum = (name: 'done' | 'duplicate' | 'skipped' | 'deadLettered'): number =>
      all.reduce((total, { counts }) => total + counts[name], 0);
    return {
      processed: sum('done'),
      skipped: sum('duplicate') + sum('skipped'),
      errors: sum('deadLettered'),
    };
  }

  private buffered(kind: EntityKind): number {
    return this.merge.buffer.messages
      .flatMap(({ entities }) => entities)
      .filter((entity) => entity.kind === kind).length;
  }
}
