import type { DeadLetterReason } from '../../record/index.js';
import { BucketCounts } from './bucket-counts.js';
import {
  ATTEMPT_RESULTS,
  METRICS,
  REASONS,
  REDRIVE_OUTCOMES,
  RETRIED_ERRORS,
  SKIP_CAUSES,
} from './metric-catalogue.js';

/** What is counted about one handler of one topic in one group. */
export interface HandlerCounts {
  readonly attempts: Record<(typeof ATTEMPT_RESULTS)[number], number>;
  readonly retries: Record<(typeof RETRIED_ERRORS)[number], number>;
  readonly deadLetters: Record<DeadLetterReason, number>;
  readonly redrives: Record<(typeof REDRIVE_OUTCOMES)[number], number>;
  readonly processing: BucketCounts;
  readonly endToEnd: BucketCounts;
  deadLetterPublishFailures: number;
}

/** What is counted about the logs of one topic as one group reads them. */
export interface LogCounts {
  resets: number;
  readonly skippedOffsets: Record<(typeof SKIP_CAUSES)[number], number>;
}

export function noLogs(): LogCounts {
  return { resets: 0, skippedOffsets: zeros(SKIP_CAUSES) };
}

export function nothingCounted(): HandlerCounts {
  return {
    attempts: zeros(ATTEMPT_RESULTS),
    retries: zeros(RETRIED_ERRORS),
    deadLetters: zeros(REASONS),
    redrives: zeros(REDRIVE_OUTCOMES),
    processing: new BucketCounts(METRICS.processing.bounds),
    endToEnd: new BucketCounts(METRICS.endToEnd.bounds),
    deadLetterPublishFailures: 0,
  };
}

/** Each value of a closed set with a 0, so that its series are there from the start. */
export function zeros<Value extends string>(values: readonly Value[]): Record<Value, number> {
  return Object.fromEntries(values.map((value) => [value, 0])) as Record<Value, number>;
}
