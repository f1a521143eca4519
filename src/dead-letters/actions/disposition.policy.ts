/** What became of a dead letter. `open`: nothing was done with it, or it has failed again since. */
export type DeadLetterState = 'open' | 'redriven' | 'discarded';

interface Countable {
  readonly id: string;
  readonly redriveCount: number;
}

interface Covering {
  readonly kind: 'redriven' | 'discarded';
  readonly covers: number;
}

/**
 * An action deals with the failure that it was taken on, with its repeats in the topic, and with every earlier failure of
 * the same record. The failure after a redrive counts one higher, so it is open.
 */
export function stateOf(letter: Countable, action: Covering | undefined): DeadLetterState {
  if (action === undefined || action.covers < letter.redriveCount) return 'open';
  return action.kind;
}

/** Why a dead letter is left as it is. */
export type Refusal =
  | 'already redriven'
  | 'already discarded'
  | 'stands in the topic twice'
  | 'redrive-limit'
  | 'a pointer: its value is not here'
  | 'no target: name one with --to';

export type Judgement =
  | { readonly kind: 'take'; readonly target: string }
  | { readonly kind: 'leave'; readonly why: Refusal };

export interface RedriveCase extends Countable {
  readonly isPointer: boolean;
  readonly action: Covering | undefined;
  /** Whether the same failure was taken before, in this very run. */
  readonly isRepeat: boolean;
  /** Undefined when neither the dead letter nor the operator says. */
  readonly target: string | undefined;
  readonly limit: number;
}

/** Decides on one dead letter of a redrive. A plan and the run that follows it ask the same. */
export function judgeRedrive(letter: RedriveCase): Judgement {
  const leave = (why: Refusal): Judgement => ({ kind: 'leave', why });
  const state = stateOf(letter, letter.action);
  if (state !== 'open') return leave(`already ${state}`);
  if (letter.isRepeat) return leave('stands in the topic twice');
  if (letter.isPointer) return leave('a pointer: its value is not here');
  if (letter.redriveCount >= letter.limit) return leave('redrive-limit');
  if (letter.target === undefined) return leave('no target: name one with --to');
  return { kind: 'take', target: letter.target };
}

/** The same for a discard, which needs no target and knows no limit. */
export function judgeDiscard(
  letter: Countable & Pick<RedriveCase, 'action' | 'isRepeat'>,
): Judgement {
  const state = stateOf(letter, letter.action);
  if (state !== 'open') return { kind: 'leave', why: `already ${state}` };
  if (letter.isRepeat) return { kind: 'leave', why: 'stands in the topic twice' };
  return { kind: 'take', target: '' };
}
