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
  /** The breaker is open, or opens: the record stays pending until the breaker lets it try again. */
  | { readonly kind: 'hold' }
  | { readonly kind: 'dead-letter'; readonly reason: DeadLetterReason };

export interface RetryPolicy extends BackoffPolicy {
  /** Attempts after the first. */
  readonly maxRetries: number;
  /** No attempt begins later than this after the first failure. */
  readonly deadlineMs?: number;
}

/**
 * Attempts start again when an attempt fails in another way than the one before. A record that fails in turns would never
 * end so: this many times its attempts is the most that it gets.
 */
const OVERALL = 2;

/** Until a dependency answers its probe, or at the latest this long. */
const WAIT_BACKOFF: BackoffPolicy = { initialMs: 500, multiplier: 2, maxMs: 30_000 };

export interface Circumstances {
  readonly retry: RetryPolicy;
  /** Attempts that failed and counted, this one included unless it is a wait; since a breaker held it, if one did. */
  readonly failedAttempts: number;
  /** Those of them that failed in the same way, up to this one. */
  readonly failedAlike: number;
  /** Since the first of them. */
  readonly elapsedMs: number;
  /** Waits so far for a dependency. */
  readonly waits: number;
  /** In [0, 1). */
  readonly random: number;
}

/** Decides about one failure. Pure: the same failure in the same circumstances is always judged the same. */
export function decide(classification: Classification, circumstances: Circumstances): Decision {
  const { retry, failedAlike, waits, random } = circumstances;
  switch (classification.kind) {
    case 'waiting': {
      const { dependency, detail } = classification;
      return { kind: 'wait', dependency, detail, delayMs: backoffMs(WAIT_BACKOFF, waits, random) };
    }
    case 'permanent':
      return { kind: 'dead-letter', reason: classification.reason };
    case 'transient':
    case 'unknown': {
      const asked = classification.kind === 'transient' ? (classification.retryAfterMs ?? 0) : 0;
      const delayMs = Math.max(asked, backoffMs(retry, Math.max(0, failedAlike - 1), random));
      return isExhausted(circumstances, delayMs)
        ? { kind: 'dead-letter', reason: finalReason(classification) }
        : { kind: 'retry', delayMs };
    }
  }
}

function isExhausted(circumstances: Circumstances, delayMs: number): boolean {
  const { retry, failedAttempts, failedAlike, elapsedMs } = circumstances;
  return (
    failedAlike > retry.maxRetries ||
    failedAttempts >= OVERALL * (retry.maxRetries + 1) ||
    elapsedMs + delayMs > (retry.deadlineMs ?? Infinity)
  );
}

/** Why a record that will not be tried again becomes a dead letter. */
export function finalReason(classification: Classification): DeadLetterReason {
  if (classification.kind === 'permanent') return classification.reason;
  return (classification.kind === 'transient' && classification.exhaustedAs) || 'exhausted';
}
