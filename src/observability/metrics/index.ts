export { BucketCounts } from './bucket-counts.js';
export { ConsumerMetrics, type MetricSample } from './consumer-metrics.js';
export { CountingRecordObserver } from './counting-record-observer.js';
export { zeros, type HandlerCounts, type LogCounts } from './handler-counts.js';
export { CLAIM_RESULTS, CLAIM_STORES, COMMIT_RESULTS, METRICS } from './metric-catalogue.js';
export type { HistogramDefinition, MetricDefinition } from './metric-definition.js';
export { metricsReference } from './metrics-page.js';
