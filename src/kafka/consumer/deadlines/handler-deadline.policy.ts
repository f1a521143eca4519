/** What becomes of a record whose handler has not ended when its deadline and the grace after it have passed. */
export type HeadBlockedPolicy = 'wait' | 'dead-letter';

/** How long one attempt of a handler may take, and what happens past it. */
export interface HandlerDeadline {
  readonly timeoutMs: number;
  /** What a handler gets after its signal was aborted, to end by itself. */
  readonly graceMs: number;
  readonly headBlocked: HeadBlockedPolicy;
}

/** `expired`: its signal is aborted. `overdue`: the grace has passed too, and the head-blocked policy applies. */
export type DeadlineState = 'within' | 'expired' | 'overdue';

/** Where an attempt stands after so much time with its handler. */
export function deadlineState(spentMs: number, deadline: HandlerDeadline): DeadlineState {
  if (spentMs < deadline.timeoutMs) return 'within';
  return spentMs < deadline.timeoutMs + deadline.graceMs ? 'expired' : 'overdue';
}

const LONGEST_SCAN_MS = 1_000;
const SHORTEST_SCAN_MS = 10;

/** How often handlers with that deadline are looked at: a deadline is noticed late by at most this, and never early. */
export function scanIntervalMs({ timeoutMs }: HandlerDeadline): number {
  return Math.min(LONGEST_SCAN_MS, Math.max(SHORTEST_SCAN_MS, Math.floor(timeoutMs / 4)));
}
