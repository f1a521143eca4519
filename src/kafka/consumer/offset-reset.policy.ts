import type { SkipCause, SkippedOffsets } from '../../observability/index.js';

export type OffsetResetPolicy = 'earliest' | 'latest' | 'fail';

/** What the log has: its first offset, and the one after its last record. */
export interface LogRange {
  readonly start: number;
  readonly end: number;
}

/** What becomes of a position. `isNewLog`: what was known of the partition is void. */
export type OffsetReset =
  | { readonly kind: 'in-range' }
  | { readonly kind: 'refused' }
  | {
      readonly kind: 'moved';
      readonly to: number;
      readonly isNewLog: boolean;
      readonly skipped: readonly SkippedOffsets[];
    };

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
  if (policy === 'fail') return { kind: 'refused' };
  const isNewLog = position > end;
  const deleted = isNewLog ? [] : range(position, start, 'deleted');
  if (policy === 'earliest') return { kind: 'moved', to: start, isNewLog, skipped: deleted };
  return {
    kind: 'moved',
    to: end,
    isNewLog,
    skipped: [...deleted, ...range(start, end, 'latest')],
  };
}

function range(from: number, to: number, cause: SkipCause): SkippedOffsets[] {
  return to > from ? [skippedRange(from, to, cause)] : [];
}

export function skippedRange(from: number, to: number, cause: SkipCause): SkippedOffsets {
  return { from, to, count: to - from, cause };
}
