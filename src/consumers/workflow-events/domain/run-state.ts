import type { Instant } from '../../../values/index.js';
import type { RunEvent } from './run-event.js';
import { hasEnded, phaseAfter, type RunPhase } from './run-phase.js';

/** An event's place in the story of its run: by time, then by the bytes of its id. No two events have the same one. */
export type Moment = Pick<RunEvent, 'id' | 'type' | 'occurredAt'>;

/**
 * What is known of a run: the fold of its events in the order of their moments, in which an end absorbs whatever comes
 * after it. Events arrive in any order, late, and repeatedly; so it is kept in a form that any two parts of the story can
 * be joined in, and says what the fold of all of them says.
 */
export interface RunState {
  readonly phase: RunPhase;
  /** When the earliest `workflow.started` says that it began; absorbed by nothing, because it says nothing of now. */
  readonly startedAt: Instant | undefined;
  /** The end of a run that has ended, or else the last event. */
  readonly last: Moment;
}

/** What one event alone says of its run. */
export function stateOf(event: RunEvent): RunState {
  const { id, type, occurredAt } = event;
  return {
    phase: phaseAfter(type) ?? 'pending',
    startedAt: type === 'workflow.started' ? occurredAt : undefined,
    last: { id, type, occurredAt },
  };
}

/**
 * What two parts of a run's story say together. The same in whatever order and grouping parts are joined, and a part that
 * is joined again changes nothing. An end may still give way to an earlier one that arrives late: that one absorbs it.
 */
export function join(left: RunState, right: RunState): RunState {
  const startedAt = earlier(left.startedAt, right.startedAt);
  const isLeftFirst = compareMoments(left.last, right.last) <= 0;
  const [first, later] = isLeftFirst ? [left, right] : [right, left];
  if (hasEnded(first.phase)) return { phase: first.phase, startedAt, last: first.last };
  if (hasEnded(later.phase)) return { phase: later.phase, startedAt, last: later.last };
  const phase = first.phase === 'running' ? first.phase : later.phase;
  return { phase, startedAt, last: later.last };
}

export function isSameState(left: RunState, right: RunState): boolean {
  return (
    left.phase === right.phase &&
    left.last.id === right.last.id &&
    left.startedAt?.epochMicroseconds === right.startedAt?.epochMicroseconds
  );
}

export function compareMoments(left: Moment, right: Moment): number {
  const [leftTime, rightTime] = [left, right].map(
    ({ occurredAt }) => occurredAt.epochMicroseconds,
  ) as [bigint, bigint];
  if (leftTime !== rightTime) return leftTime < rightTime ? -1 : 1;
  return Buffer.compare(Buffer.from(left.id), Buffer.from(right.id));
}

function earlier(left: Instant | undefined, right: Instant | undefined): Instant | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left.epochMicroseconds <= right.epochMicroseconds ? left : right;
}
