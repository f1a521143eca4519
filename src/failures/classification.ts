import type { DeadLetterReason } from '../record/index.js';

/** What kind of failure an error is. */
export type Classification =
  /** A store or topic that this process needs does not answer: wait, count nothing, never dead-letter. */
  | { readonly kind: 'waiting'; readonly dependency: string; readonly detail: string }
  /** Trying again cannot help. */
  | { readonly kind: 'permanent'; readonly reason: DeadLetterReason }
  /** Trying again may help. `retryAfterMs` is the shortest wait that was asked for. */
  | {
      readonly kind: 'transient';
      readonly retryAfterMs?: number;
      /** The dead letter's reason when the retries are used up; `exhausted` unless it says otherwise. */
      readonly exhaustedAs?: DeadLetterReason;
    }
  | { readonly kind: 'unknown' };

/** An error by its class, or by its `code` or `name` as text. */
export type ErrorMatcher = string | (abstract new (...parameters: never[]) => unknown);

/** What a consumer knows of its own errors. */
export interface ClassificationRules {
  /** Trying again may help. */
  readonly on?: readonly ErrorMatcher[];
  /** Trying again cannot help. */
  readonly except?: readonly ErrorMatcher[];
}
