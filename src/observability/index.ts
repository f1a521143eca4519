export {
  describeError,
  framesOf,
  MESSAGE_LIMIT_BYTES,
  stackFrames,
  type ErrorDescription,
} from './describe-error.js';
export { LOG_EVENTS, type LogEvent, type LogFields } from './log-catalogue.js';
export { createLogger, LOGGER } from './logger.js';
export { LoggingRecordObserver } from './logging-record-observer.js';
export {
  BucketCounts,
  CLAIM_RESULTS,
  CLAIM_STORES,
  COMMIT_RESULTS,
  ConsumerMetrics,
  CountingRecordObserver,
  METRICS,
  metricsReference,
  zeros,
  type HandlerCounts,
  type HistogramDefinition,
  type LogCounts,
  type MetricDefinition,
  type MetricSample,
} from './metrics/index.js';
export { ObservabilityModule } from './observability.module.js';
export { cutToBytes, oneLine } from './one-line.js';
export { PinoNestLogger } from './pino-nest-logger.js';
export { readableError } from './readable-error.js';
export { correlationId, keyHash, recordFields } from './record-fields.js';
export {
  RecordObserver,
  type AttemptAction,
  type ConsumedPartition,
  type FailureKind,
  type LogReset,
  type SkipCause,
  type SkippedOffsets,
  type BlockedAt,
  type BlockedHead,
} from './record-observer.js';
export { StrayRejections } from './stray-rejections.js';
