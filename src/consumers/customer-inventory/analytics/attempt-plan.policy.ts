/** How often and how fast an event is tried before its records wait. */
export interface AttemptLimits {
  /** After the first. */
  readonly maxRetries: number;
  readonly initialMs: number;
  readonly multiplier: number;
  readonly maxMs: number;
}

/** A wait that somebody asked for and that is longer than this is not waited for in place. */
const LONGEST_IN_PLACE_MS = 30_000;
/** No longer is believed. */
const LONGEST_ASKED_MS = 15 * 60_000;

export type NextAttempt =
  | { readonly kind: 'retry'; readonly delayMs: number }
  /** `notBeforeMs`: from now on, and no sooner, an event is tried again. */
  | { readonly kind: 'give-up'; readonly notBeforeMs: number };

/** What follows a failed attempt, the first being 1: 1, 2 and 4 s unless said otherwise, longer where that was asked for. */
export function nextAttempt(
  { attempt, askedMs = 0 }: { attempt: number; askedMs?: number | undefined },
  { maxRetries, initialMs, multiplier, maxMs }: AttemptLimits,
): NextAttempt {
  const asked = Math.min(askedMs, LONGEST_ASKED_MS);
  if (attempt > maxRetries || asked > LONGEST_IN_PLACE_MS) {
    return { kind: 'give-up', notBeforeMs: asked };
  }
  const delayMs = Math.min(maxMs, initialMs * multiplier ** (attempt - 1));
  return { kind: 'retry', delayMs: Math.max(asked, delayMs) };
}
