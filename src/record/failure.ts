import type { Outcome } from './outcome.js';
import type { Wait } from './delivery.js';

/** Where a delivery failed: turning bytes into a value, finding a handler, inside an attempt, or past the policies. */
export type FailureStage = 'decode' | 'no-handler' | 'attempt' | 'escaped';

export interface Failure {
  readonly stage: FailureStage;
  readonly error: unknown;
}

/** What is to happen to a failed delivery: it is settled, or it comes again. */
export type Verdict =
  | { readonly kind: 'settled'; readonly outcome: Outcome }
  | {
      readonly kind: 'again';
      /** Epoch ms. */
      readonly notBefore: number;
      readonly countsAttempt: boolean;
      readonly wait: Wait;
    };

/** What a failure would mean for a delivery if it were its own; nothing is counted. */
export interface Outlook {
  /**
   * What the error speaks of: something that does not answer, transactions that met each other, or perhaps the record
   * itself.
   */
  readonly concerns: 'dependency' | 'transaction' | 'record';
  /** The delivery would not be tried again in place. */
  readonly isLast: boolean;
}
