import type { DeadLetterReason } from '../../record/index.js';
import type { SkipCause } from '../record-observer.js';
import type { HistogramDefinition, MetricDefinition } from './metric-definition.js';

export const OUTCOMES = ['done', 'duplicate', 'skipped', 'retried', 'dead_letter'] as const;
/** What ends a redriven record; one that goes on to a retry topic has not ended. */
export const REDRIVE_OUTCOMES = ['done', 'duplicate', 'skipped', 'dead_letter'] as const;
export const ATTEMPT_RESULTS = ['succeeded', 'failed', 'waited'] as const;
export const RETRIED_ERRORS = ['transient', 'unknown', 'waiting'] as const;
export const COMMIT_RESULTS = ['accepted', 'superseded', 'failed'] as const;
const TRANSACTION_RESULTS = ['committed', 'aborted', 'fenced'];
export const CLAIM_RESULTS = ['ran', 'duplicate', 'busy', 'conflict', 'failed'] as const;
export const CLAIM_STORES = ['memory', 'redis', 'postgres', 'postgres-lease'] as const;

export const REQUEST_RESULTS = ['accepted', 'refused', 'failed', 'unanswered'] as const;

export const SKIP_CAUSES = ['deleted', 'latest', 'unexplained'] as const satisfies SkipCause[];

const REASON_LABELS: Readonly<Record<DeadLetterReason, true>> = {
  deserialization: true,
  validation: true,
  'non-retryable': true,
  exhausted: true,
  timeout: true,
  'no-handler': true,
  rejected: true,
  'redrive-limit': true,
  oversized: true,
  'id-conflict': true,
  'head-blocked': true,
};
export const REASONS = Object.keys(REASON_LABELS) as readonly DeadLetterReason[];

const HANDLER = ['topic', 'group', 'handler'] as const;

/**
 * Every metric of ours. The set of series is fixed by topics, partitions, groups and handlers: no label holds a key, an
 * offset, an id or an error's text.
 */
export const METRICS = {
  received: {
    name: 'kafka_consumer_records_received_total',
    type: 'counter',
    help: 'Records taken on, those that came again included; not those that the last commit told to be settled.',
    labels: HANDLER,
  },
  records: {
    name: 'kafka_consumer_records_total',
    type: 'counter',
    help: 'Records settled, by what settled them.',
    labels: [...HANDLER, 'outcome'],
    values: { outcome: OUTCOMES },
  },
  abandoned: {
    name: 'kafka_consumer_records_abandoned_total',
    type: 'counter',
    help: 'Records given back unsettled at a rebalance, a lost connection or a stop. They come again.',
    labels: HANDLER,
  },
  inFlight: {
    name: 'kafka_consumer_in_flight',
    type: 'gauge',
    help: 'Records in their handlers now.',
    labels: HANDLER,
  },
  waiting: {
    name: 'kafka_consumer_waiting_records',
    type: 'gauge',
    help: 'Records that wait for a retry or a dependency and hold no slot.',
    labels: HANDLER,
  },
  bufferedRecords: {
    name: 'kafka_consumer_buffered_records',
    type: 'gauge',
    help: 'Records taken from the broker and not begun yet.',
    labels: HANDLER,
  },
  bufferedBytes: {
    name: 'kafka_consumer_buffered_bytes',
    type: 'gauge',
    help: 'Bytes of all records that are not settled yet, those in flight and waiting included.',
    labels: HANDLER,
  },
  attempts: {
    name: 'kafka_consumer_attempts_total',
    type: 'counter',
    help: 'Attempts that ended: well, with an error that counts, or on a dependency that does not answer.',
    labels: [...HANDLER, 'result'],
    values: { result: ATTEMPT_RESULTS },
  },
  retries: {
    name: 'kafka_consumer_retries_total',
    type: 'counter',
    help: 'Attempts that are made again, by the kind of error that ended them.',
    labels: [...HANDLER, 'error_type'],
    values: { error_type: RETRIED_ERRORS },
  },
  processing: {
    name: 'kafka_consumer_processing_seconds',
    type: 'histogram',
    help: "From a record's first start to its settlement, retries and waits included.",
    labels: HANDLER,
    bounds: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 300],
  },
  endToEnd: {
    name: 'kafka_consumer_end_to_end_seconds',
    type: 'histogram',
    help: "From a record's timestamp to its settlement, by the clock of this machine.",
    labels: HANDLER,
    bounds: [0.01, 0.1, 0.5, 1, 5, 30, 60, 600, 3600],
  },
  deadLetters: {
    name: 'kafka_dead_letters_total',
    type: 'counter',
    help: 'Dead letters that their topic has acknowledged, by source topic and reason.',
    labels: ['topic', 'group', 'reason'],
    values: { reason: REASONS },
  },
  deadLetterPublishFailures: {
    name: 'kafka_dead_letter_publish_failures_total',
    type: 'counter',
    help: 'Tries to publish a dead letter that failed, by source topic. Its record stays pending and is tried again.',
    labels: ['topic', 'group'],
  },
  redrives: {
    name: 'kafka_redrives_total',
    type: 'counter',
    help: 'Redriven records settled for good, by what settled them and by source topic.',
    labels: ['topic', 'group', 'outcome'],
    values: { outcome: REDRIVE_OUTCOMES },
  },
  pausedPartitions: {
    name: 'kafka_consumer_paused_partitions',
    type: 'gauge',
    help: 'Partitions that are not fetched because too much of them is unsettled.',
    labels: ['topic', 'group'],
  },
  blockedPartitions: {
    name: 'kafka_consumer_blocked_partitions',
    type: 'gauge',
    help: 'Partitions that stand still, or nearly, behind their oldest unsettled record; /health names it.',
    labels: ['topic', 'group'],
  },
  breakerOpen: {
    name: 'kafka_consumer_breaker_open',
    type: 'gauge',
    help: '1 while the breaker of the handler is open: its consumer starts no new records. 0 while it is closed or off.',
    labels: HANDLER,
  },
  breakerOpenings: {
    name: 'kafka_consumer_breaker_openings_total',
    type: 'counter',
    help: 'Times the breaker of the handler opened.',
    labels: HANDLER,
  },
  logResets: {
    name: 'kafka_consumer_log_resets_total',
    type: 'counter',
    help: 'Times a log began anew: its topic was made again, or the broker had lost its end.',
    labels: ['topic', 'group'],
  },
  skippedOffsets: {
    name: 'kafka_consumer_skipped_offsets_total',
    type: 'counter',
    help: 'Offsets passed over unread. A loss, unless the cause is latest, which is KAFKA_AUTO_OFFSET_RESET.',
    labels: ['topic', 'group', 'cause'],
    values: { cause: SKIP_CAUSES },
  },
  rebalances: {
    name: 'kafka_consumer_rebalances_total',
    type: 'counter',
    help: 'Assignments received, the first one included.',
    labels: ['group'],
  },
  commits: {
    name: 'kafka_consumer_commits_total',
    type: 'counter',
    help: 'Commit requests, by what the broker answered. Superseded: the group had moved on.',
    labels: ['group', 'result'],
    values: { result: COMMIT_RESULTS },
  },
  transactions: {
    name: 'kafka_consumer_transactions_total',
    type: 'counter',
    help: 'Kafka transactions of transactional handlers. Fenced: those of the aborted ones that met another producer.',
    labels: ['group', 'result'],
    values: { result: TRANSACTION_RESULTS },
  },
  lag: {
    name: 'kafka_consumer_lag_records',
    type: 'gauge',
    help: 'Records between the committed offset and the end of the log.',
    labels: ['topic', 'partition', 'group'],
  },
  groupLag: {
    name: 'kafka_consumergroup_lag',
    type: 'gauge',
    help: 'The same as kafka_consumer_lag_records, under the name that exporters of lag use.',
    labels: ['consumergroup', 'topic', 'partition'],
  },
  claims: {
    name: 'idempotency_claims_total',
    type: 'counter',
    help: 'Messages shown to an idempotency store, by its answer. Failed: the handler or the store rejected.',
    labels: ['store', 'result'],
    values: { store: CLAIM_STORES, result: CLAIM_RESULTS },
  },
  storeLosses: {
    name: 'idempotency_store_losses_total',
    type: 'counter',
    help: 'Times a store was found to have lost claims that it had acknowledged: repeats of those run again.',
    labels: ['store'],
    values: { store: ['redis'] },
  },
  cacheEntries: {
    name: 'idempotency_cache_entries',
    type: 'gauge',
    help: 'Messages that the store memory remembers, running ones included.',
    labels: [],
  },
  mergeBuffer: {
    name: 'merge_buffer_records',
    type: 'gauge',
    help: 'Messages of customer-inventory that no event was made of yet.',
    labels: [],
  },
  analyticsRequests: {
    name: 'analytics_requests_total',
    type: 'counter',
    help: 'Events posted to the analytics API, by its answer. Failed: one that is to be otherwise later.',
    labels: ['result'],
    values: { result: REQUEST_RESULTS },
  },
} as const satisfies Record<string, MetricDefinition | HistogramDefinition>;
