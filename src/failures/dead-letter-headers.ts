import { REDRIVE_COUNT_HEADER } from '../record/index.js';

/** The headers of a dead letter. Values are UTF-8 text; timestamps are epoch ms, `*-at` are ISO 8601. */
export const DEAD_LETTER_HEADERS = {
  reason: 'x-dlq-reason',
  errorClass: 'x-dlq-error-class',
  errorMessage: 'x-dlq-error-message',
  errorStack: 'x-dlq-error-stack',
  originalTopic: 'x-dlq-original-topic',
  originalPartition: 'x-dlq-original-partition',
  originalOffset: 'x-dlq-original-offset',
  originalTimestamp: 'x-dlq-original-timestamp',
  consumerGroup: 'x-dlq-consumer-group',
  handler: 'x-dlq-handler',
  attempts: 'x-dlq-attempts',
  firstFailedAt: 'x-dlq-first-failed-at',
  failedAt: 'x-dlq-failed-at',
  id: 'x-dlq-id',
  redriveCount: REDRIVE_COUNT_HEADER,
  /** `true` when key, value and headers are not here because they could not be read: look at the original's place. */
  pointer: 'x-dlq-pointer',
} as const;

export type DeadLetterHeader = keyof typeof DEAD_LETTER_HEADERS;
