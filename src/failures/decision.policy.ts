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
  /** `isDelay`: it is the delay of a retry topic, waited for in place. */
  | { readonly kind: 'retry'; readonly delayMs: number; readonly isDelay?: true }
  /** To that retry topic, from 1 on. */
  | { readonly kind: 'retry-topic'; readonly level: number }
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

/** Where a record is among its retry topics. */
export interface RetryLadder {
  /** 0 before the first of them. */
  readonly level: number;
  /** Tried before it came there: it has one attempt, and none in place. */
  readonly wasTried: boolean;
  /** Of how many delays it has had the attempt after. */
  readonly delaysUsed: number;
  /** The delays of all of them. */
  readonly delaysMs: readonly number[];
}

export interface Circumstances {
  readonly retry: RetryPolicy;
  /** Absent where there are no retry topics. */
  readonly ladder?: RetryLadder;
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
      if (!isExhausted(circumstances, delayMs)) return { kind: 'retry', delayMs };
      return (
        nextRung(circumstances, asked) ?? {
          kind: 'dead-letter',
          reason: finalReason(classification),
        }
      );
    }
  }
}

function isExhausted(circumstances: Circumstances, delayMs: number): boolean {
  const { retry, ladder, failedAttempts, failedAlike, elapsedMs } = circumstances;
  return (
    ladder?.wasTried === true ||
    failedAlike > retry.maxRetries ||
    failedAttempts >= OVERALL * (retry.maxRetries + 1) ||
    elapsedMs + delayMs > (retry.deadlineMs ?? Infinity)
  );
}

/**
 * The next delay that the record has left, if its attempt would not be too late: on the next level, or the nearest whose
 * delay is as long as was asked for. Who came to the last level behind another one, with delays left, waits for them
 * there in place: there is no topic above, and lower ones belong to younger records of its key.
 */
function nextRung(circumstances: Circumstances, askedMs: number): Decision | undefined {
  const { retry, ladder, elapsedMs } = circumstances;
  if (ladder === undefined || ladder.delaysUsed >= ladder.delaysMs.length) return undefined;
  const { level, delaysUsed, delaysMs } = ladder;
  const isInTime = (delayMs: number): boolean =>
    elapsedMs + delayMs <= (retry.deadlineMs ?? Infinity);
  if (level >= delaysMs.length) {
    const delayMs = Math.max(askedMs, delaysMs[delaysUsed]!);
    return isInTime(delayMs) ? { kind: 'retry', delayMs, isDelay: true } : undefined;
  }
  const fitting = delaysMs.slice(level).findIndex((delayMs) => delayMs >= askedMs);
  const next = fitting === -1 ? delaysMs.length : level + fitting + 1;
  return isInTime(delaysMs[next - 1]!) ? { kind: 'retry-topic', level: next } : undefined;
}

/** Why a record that will not be tried again becomes a dead letter. */
export function finalReason(classification: Classification): DeadLetterReason {
  if (classification.kind === 'permanent') return classification.reason;
  return (classification.kind === 'transient' && classification.exhaustedAs) || 'exhausted';
}
