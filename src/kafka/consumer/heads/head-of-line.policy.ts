/** A partition as its oldest unsettled record sees it. */
export interface PartitionProgress {
  /** Records between the commit watermark and the newest. */
  readonly depth: number;
  readonly unsettled: number;
  /** What `depth` may be at most. */
  readonly window: number;
  /** Whether fetching stands still, for whatever reason. */
  readonly isPaused: boolean;
}

const NEARLY_FULL = 0.9;
const NEARLY_ALL_SETTLED = 0.98;
/** A partition that was paused by its window stays so down to this share of it. */
const PAUSED_DOWN_TO = 0.75;

/** A head that stays so long is in the way; one that moves on sooner is load, not a blockade. */
export const STANDS_STILL_MS = 5_000;

/**
 * Whether the oldest unsettled record of a partition keeps it from going on, or soon will: its window is used up, or
 * nearly used up by records that are settled behind it.
 */
export function isHeadInTheWay({ depth, unsettled, window, isPaused }: PartitionProgress): boolean {
  if (depth === 0) return false;
  if (isPaused && depth >= window * PAUSED_DOWN_TO) return true;
  return depth > window * NEARLY_FULL && depth - unsettled > depth * NEARLY_ALL_SETTLED;
}
