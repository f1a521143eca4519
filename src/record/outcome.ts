/**
 * What settled a record. Nothing else settles one: its effect, its recognition as a duplicate, a skip that its
 * policy or handler asked for, its retry record, or its dead letter (the last two once acknowledged).
 */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'retried'; readonly topic: string }
  | { readonly kind: 'dead-lettered'; readonly topic: string; readonly reason: DeadLetterReason };

export type OutcomeKind = Outcome['kind'];

/** Why a record became a dead letter: the closed set of `x-dlq-reason`. */
export type DeadLetterReason =
  | 'deserialization'
  | 'validation'
  | 'non-retryable'
  | 'exhausted'
  | 'timeout'
  | 'no-handler'
  | 'rejected'
  | 'redrive-limit'
  | 'oversized'
  | 'id-conflict'
  | 'head-blocked';

const branded = new WeakSet<object>();

/** Returned by a handler (or a filter) to settle its record without an effect. Anything else returned means done. */
export function skipped(reason: string): Outcome {
  const outcome: Outcome = { kind: 'skipped', reason };
  branded.add(outcome);
  return outcome;
}

export const DONE: Outcome = Object.freeze({ kind: 'done' });
/** Returned by a handler that knows by itself that its record repeats another one, it settles the record as that. */
export const DUPLICATE: Outcome = Object.freeze({ kind: 'duplicate' });
branded.add(DUPLICATE);

/** Reads a handler's return value: `skipped(reason)` and `DUPLICATE` are themselves, everything else is done. */
export function outcomeOf(returned: unknown): Outcome {
  return typeof returned === 'object' && returned !== null && branded.has(returned)
    ? (returned as Outcome)
    : DONE;
}
