import type { SkipCause, SkippedOffsets } from '../../observability/index.js';

export type OffsetResetPolicy = 'earliest' | 'latest' | 'fail';

/** What the log has: its first offset, and the one after its last record. */
export interface LogRange {
  readonly start: number;
  readonly end: number;
}

/** `isNewLog`: what was known of the partition is void. */
export interface MovedPosition {
  readonly kind: 'moved';
  readonly to: number;
  readonly isNewLog: boolean;
  readonly skipped: readonly SkippedOffsets[];
}

/** What becomes of a position. */
export type OffsetReset =
  { readonly kind: 'in-range' } | { readonly kind: 'refused' } | MovedPosition;

/**
 * Decides where reading goes on when the log does not have a position. Every offset that is passed over stands in
 * `skipped`, by its cause. A position behind the end means another log: it was made anew, or has lost its end.
 */
export function decideReset(
  position: number,
  { start, end }: LogRange,
  policy: OffsetResetPolicy,
): OffsetReset {
  if (position >= start && position <= end) return { kind: 'in-range' };
  const isNewLog = position > end;
  const fresh = decideNewLog({ start, end }, policy);
  if (isNewLog || fresh.kind !== 'moved') return fresh;
  return { ...fresh, isNewLog, skipped: [...range(position, start, 'deleted'), ...fresh.skipped] };
}

/** The same where the log is known to be another one: no position of the one before holds. */
export function decideNewLog({ start, end }: LogRange, policy: OffsetResetPolicy): OffsetReset {
  if (policy === 'fail') return { kind: 'refused' };
  if (policy === 'earliest') return { kind: 'moved', to: start, isNewLog: true, skipped: [] };
  return { kind: 'moved', to: end, isNewLog: true, skipped: range(start, end, 'latest') };
}

function range(from: number, to: number, cause: SkipCause): SkippedOffsets[] {
  return to > from ? [skippedRange(from, to, cause)] : [];
}

export function skippedRange(from: number, to: number, cause: SkipCause): SkippedOffsets {
  return { from, to, count: to - from, cause };
}
