/** The headers of a record on a retry or redrive topic of ours; believed there alone. `x-dlq-redrive-count` comes along. */
export const RETRY_HEADERS = {
  attempt: 'x-retry-attempt',
  /** How many of the delays it has had an attempt after, the one that it waits for included. */
  delaysUsed: 'x-retry-delays-used',
  /** Epoch ms. */
  notBefore: 'x-retry-not-before',
  firstFailedAt: 'x-retry-first-failed-at',
  originalTopic: 'x-retry-original-topic',
  originalPartition: 'x-retry-original-partition',
  originalOffset: 'x-retry-original-offset',
  originalTimestamp: 'x-retry-original-timestamp',
  redriveId: 'x-redrive-id',
} as const;
