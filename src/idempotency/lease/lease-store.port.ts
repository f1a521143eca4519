import type { MessageIdentity } from '../idempotency-provider.port.js';

/** A message whose run is to begin, or goes on. */
export interface LeaseTerms {
  readonly identity: MessageIdentity;
  /** Equal for equal values. */
  readonly fingerprint: string;
  /** The place of the source record: a newer owner of its partition takes the claim over. */
  readonly origin: string;
  /** The asking assignment's own number; undefined when it has none yet and is to get one. */
  readonly ticket: number | undefined;
  /** How long it is to be remembered, once it has run. */
  readonly windowMs: number;
}

export type LeaseRequest =
  | ({ readonly kind: 'claim' } & LeaseTerms)
  | ({ readonly kind: 'renew' } & LeaseTerms)
  | {
      readonly kind: 'complete';
      readonly identity: MessageIdentity;
      readonly fingerprint: string;
      readonly windowMs: number;
    }
  | { readonly kind: 'release'; readonly identity: MessageIdentity };

/**
 * To a claim: `taken`, `duplicate`, `conflict` or `busy`. To the others: `held` when the store has it so, `lost` when
 * somebody else holds the message by now.
 */
export type LeaseAnswer = 'taken' | 'duplicate' | 'conflict' | 'busy' | 'held' | 'lost';

export interface LeaseReply {
  readonly answer: LeaseAnswer;
  /** With which a claim was judged: rises with every assignment that asks for one, over all processes. */
  readonly ticket: number | undefined;
}

/**
 * Where messages are claimed, apart from their effects. A claim ends by itself when it is not renewed, which frees what
 * a killed process held; a newer assignment of the same record takes it over at once; a completion or release by whom it
 * was taken from changes nothing. The same request again, after a lost answer, gives the same answer.
 */
export abstract class LeaseStore {
  /** Tickets of another era are worth nothing: the store has lost what it knew. */
  abstract readonly era: string;

  /** All of one tick in one question. No message twice. Rejects with `DependencyUnavailableError`. */
  abstract ask(requests: readonly LeaseRequest[]): Promise<readonly LeaseReply[]>;
}

/** How long a claim holds after its process was last heard of. */
export const LEASE_MS = 30_000;
