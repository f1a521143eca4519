import type { DeadLetterReason } from '../record/index.js';
import { backoffMs, type BackoffPolicy } from './backoff.policy.js';
import type { Classification } from './classification.js';

/** What is done about a failed attempt. */
export type Decision =
  | {
      readonly kind: 'wait';
      readonly dependency: string;
      readonly detail: string;
      readonly delayMs: number;
    }
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'dead-letter'; readonly reason: DeadLetterReason };

export interface RetryPolicy extends BackoffPolicy {
  /** Attempts after the first. */
  readonly maxRetries: number;
}

/** Until a dependency answers its probe, or at the latest this long. */
const WAIT_BACKOFF: BackoffPolicy = { initialMs: 500, multiplier: 2, maxMs: 30_000 };

export interface Circumstances {
  readonly retry: RetryPolicy;
  /** Attempts that failed and counted, this one included unless it is a wait. */
  readonly failedAttempts: number;
  /** Waits so far for a dependency. */
  readonly waits: number;
  /** In [0, 1). */
  readonly random: number;
}

/** Decides about one failure. Pure: the same failure in the same circumstances is always judged the same. */
export function decide(classification: Classification, circumstances: Circumstances): Decision {
  const { retry, failedAttempts, waits, random } = circumstances;
  switch (classification.kind) {
    case 'waiting': {
      const { dependency, detail } = classification;
      return { kind: 'wait', dependency, detail, delayMs: backoffMs(WAIT_BACKOFF, waits, random) };
    }
    case 'permanent':
      return { kind: 'dead-letter', reason: classification.reason };
    case 'transient':
    case 'unknown': {
      if (failedAttempts > retry.maxRetries)
        return { kind: 'dead-letter', reason: finalReason(classification) };
      const asked = classification.kind === 'transient' ? (classification.retryAfterMs ?? 0) : 0;
      return {
        kind: 'retry',
        delayMs: Math.max(asked, backoffMs(retry, failedAttempts - 1, random)),
      };
    }
  }
}

/** Why a record that will not be tried again becomes a dead letter. */
export function finalReason(classification: Classification): DeadLetterReason {
  if (classification.kind === 'permanent') return classification.reason;
  return (classification.kind === 'transient' && classification.exhaustedAs) || 'exhausted';
}
