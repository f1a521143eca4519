/** All records that wait for their time in retry topics together may take at most this share of their group's buffer. */
const DELAYED_SHARE = 0.25;
/** One partition's waiting records may take at most this share of its group's buffer. */
export const PARTITION_SHARE = 0.25;
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
  /** Records that wait for their time in a retry topic. */
  readonly delayedRecords?: number;
}

export interface PartitionLimits {
  readonly window: number;
  readonly groupRecords: number;
  readonly groupBytes: number;
  /** What a commit can tell of records settled ahead. */
  readonly aheadBytes: number;
  /** The partitions of retry topics that share one part of the buffer. */
  readonly delayedPartitions?: number;
}

/**
 * Whether fetching of one partition should stand still: its window, its share of the buffer or the room for what is
 * settled ahead is used up. The others go on meanwhile. What waits for its time gets far less: it would keep the buffer
 * from all others for as long as its delay.
 */
export function shouldBePaused(load: PartitionLoad, limits: PartitionLimits): boolean {
  const share = load.isPaused ? RESUME_SHARE : 1;
  return (
    load.depth >= limits.window * share ||
    load.bufferedRecords >= limits.groupRecords * PARTITION_SHARE * share ||
    load.bufferedBytes >= limits.groupBytes * PARTITION_SHARE * share ||
    load.aheadBytes >= limits.aheadBytes * AHEAD_SHARE * share ||
    isDelayFull(load, limits, share)
  );
}

function isDelayFull(load: PartitionLoad, limits: PartitionLimits, share: number): boolean {
  const { delayedRecords = 0, bufferedBytes } = load;
  const { groupRecords, groupBytes, delayedPartitions = 1 } = limits;
  if (delayedRecords === 0) return false;
  const part = (DELAYED_SHARE / delayedPartitions) * share;
  return delayedRecords >= groupRecords * part || bufferedBytes >= groupBytes * part;
}
