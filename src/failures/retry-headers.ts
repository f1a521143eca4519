/** The headers of a record on a retry or redrive topic of ours; believed there alone. `x-dlq-redrive-count` comes along. */
export const RETRY_HEADERS = {
  attempt: 'x-retry-attempt',
  /** Epoch ms. */
  notBefore: 'x-retry-not-before',
  firstFailedAt: 'x-retry-first-failed-at',
  originalTopic: 'x-retry-original-topic',
  originalPartition: 'x-retry-original-partition',
  originalOffset: 'x-retry-original-offset',
  originalTimestamp: 'x-retry-original-timestamp',
  redriveId: 'x-redrive-id',
} as const;
