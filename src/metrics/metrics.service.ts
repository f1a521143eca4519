import { Injectable } from '@nestjs/common';
import { ConsumerGroups, LagMonitor } from '../kafka/index.js';
import { ConsumerMetrics, CountingRecordObserver, METRICS } from '../observability/index.js';
import { Exposition } from './exposition.js';
import { readGroups } from './group-metrics.js';
import { readHandlers } from './handler-metrics.js';
import { IdempotencySources, readIdempotency } from './idempotency-metrics.js';
import type { ActivitySources } from './topic-samples.js';
import { readTopics } from './topic-metrics.js';

/** Those whose numbers are consumers' own. */
const OF_CONSUMERS = [METRICS.mergeBuffer, METRICS.analyticsRequests];

/** Every metric of the catalogue, bound to where its number is, and Node's own. */
@Injectable()
export class MetricsService {
  private readonly exposition = new Exposition();

  constructor(
    groups: ConsumerGroups,
    lag: LagMonitor,
    observer: CountingRecordObserver,
    idempotency: IdempotencySources,
    consumers: ConsumerMetrics,
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
    readIdempotency(this.exposition, idempotency);
    for (const metric of OF_CONSUMERS) {
      this.exposition.read<string>(metric, () => consumers.samplesOf(metric));
    }
    this.exposition.readProcess();
  }

  /** In Prometheus's text format. */
  text(): Promise<string> {
    return this.exposition.text();
  }
}
