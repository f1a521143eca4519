import type { BatchedResult, Delivery, Outcome } from '../record/index.js';

/** What makes two records the same message. */
export interface MessageIdentity {
  /** Consumer group, handler and origin topic: the same id elsewhere is another message. */
  readonly scope: string;
  /** Short plain text: what is long or binary stands here as its hash. */
  readonly id: string;
}

export interface MessageClaim {
  readonly identity: MessageIdentity;
  /** A hash of the value in base64: equal for equal values. Empty for a record without a value. */
  readonly fingerprint: string;
  readonly delivery: Delivery;
  /** How long it is remembered at least, when the handler says so; otherwise the store's own window holds. */
  readonly windowMs?: number | undefined;
}

/**
 * What became of a claim. `ran`: the work has run and its effect is as durable as the store makes it. `duplicate`: it
 * had run before. `busy`: it is running elsewhere; ask again later. `conflict`: it had run before for another value.
 */
export type RunOnceResult =
  | { readonly kind: 'ran'; readonly outcome: Outcome }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'conflict' };

/** The same for one of several. `failed`: its work did not work out, and nothing is remembered of it. */
export type TogetherResult = RunOnceResult | { readonly kind: 'failed'; readonly error: unknown };

/** Does the work for all of those messages and answers for each. Where it rejects, none of it was done. */
export type TogetherWork = (fresh: readonly MessageClaim[]) => Promise<readonly BatchedResult[]>;

export const ALREADY_RAN: RunOnceResult = Object.freeze({ kind: 'duplicate' });
export const BUSY: RunOnceResult = Object.freeze({ kind: 'busy' });
export const CONFLICT: RunOnceResult = Object.freeze({ kind: 'conflict' });

/** Remembers which messages have run. */
export abstract class IdempotencyProvider {
  /** Tells what the consumer's claims need before it starts. Called at start, any number of times. */
  abstract prepare(consumer: string): void;

  /**
   * Runs the work unless it has run for this identity, and never twice at once. Work that resolves is remembered,
   * whatever its outcome; work that rejects leaves no trace, and its error passes as it is. The answer comes soon: it
   * does not wait for work that runs elsewhere. Rejects with `DependencyUnavailableError` when the store cannot be
   * asked or the end of the work cannot be known; asking again then tells.
   */
  abstract runOnce(claim: MessageClaim, work: () => Promise<Outcome>): Promise<RunOnceResult>;

  /**
   * The same for several messages in one transaction, only where claim and effect are one. The work is given those that
   * have not run and are not running, each message once; what it says has worked is remembered, and of what has failed no
   * trace is left. Work that rejects leaves no trace of any, and its error passes as it is. Copies of one message among
   * them are answered as if they came one after the other, or `busy`.
   */
  runTogether?(
    claims: readonly MessageClaim[],
    work: TogetherWork,
  ): Promise<readonly TogetherResult[]>;
}
