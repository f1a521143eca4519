/** One partition's waiting records may take at most this share of its group's buffer. */
const PARTITION_SHARE = 0.25;
/** A paused partition resumes below this share of its limits, so that it does not flap. */
const RESUME_SHARE = 0.75;
/** Past this share of what a commit can carry, reading on would settle records that a crash repeats. */
const AHEAD_SHARE = 0.75;

export interface PartitionLoad {
  readonly isPaused: boolean;
  /** Records between the commit watermark and the newest. */
  readonly depth: number;
  readonly bufferedRecords: number;
  readonly bufferedBytes: number;
  /** The size of what the last commit told of records settled ahead. */
  readonly aheadBytes: number;
}

export interface PartitionLimits {
  readonly window: number;
  readonly groupRecords: number;
  readonly groupBytes: number;
  /** What a commit can tell of records settled ahead. */
  readonly aheadBytes: number;
}

/**
 * Whether fetching of one partition should stand still: its window, its share of the buffer or the room for what is
 * settled ahead is used up. The others go on meanwhile.
 */
export function shouldBePaused(load: PartitionLoad, limits: PartitionLimits): boolean {
  const share = load.isPaused ? RESUME_SHARE : 1;
  return (
    load.depth >= limits.window * share ||
    load.bufferedRecords >= limits.groupRecords * PARTITION_SHARE * share ||
    load.bufferedBytes >= limits.groupBytes * PARTITION_SHARE * share ||
    load.aheadBytes >= limits.aheadBytes * AHEAD_SHARE * share
  );
}
