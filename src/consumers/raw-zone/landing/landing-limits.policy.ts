/** What the process lets its consumers hold, and among how many of them it is divided. */
export interface BufferLimits {
  readonly records: number;
  readonly bytes: number;
  readonly consumers: number;
  /** Records between a partition's commit watermark and its newest. */
  readonly partitionWindow: number;
}

/** How much may be gathered before it is landed, whatever the rotation says. */
export interface GatheringLimits {
  readonly records: number;
  readonly bytes: number;
}

export interface LandingLimits {
  readonly partition: GatheringLimits & {
    /** From the oldest offset that is not landed to the newest. */
    readonly span: number;
  };
  /** Of all partitions together. */
  readonly total: GatheringLimits;
}

/** What fetching gives one partition of its group's buffer before it stands still. */
const PARTITION_SHARE = 0.25;
/** While one half is landed the other half is gathered. */
const HALF = 0.5;

/**
 * A record is in the buffer until its object is durable, so an object can never hold more than the buffer. Fetching
 * stands still when a partition or the buffer is full: what is gathered is landed well before, or each object would wait
 * for its time.
 */
export function landingLimits(limits: BufferLimits): LandingLimits {
  const { records, bytes, consumers, partitionWindow } = limits;
  const total = { records: part(records, HALF / consumers), bytes: part(bytes, HALF / consumers) };
  const span = part(partitionWindow, HALF);
  return {
    total,
    partition: {
      span,
      records: Math.min(span, part(total.records, PARTITION_SHARE)),
      bytes: part(total.bytes, PARTITION_SHARE),
    },
  };
}

function part(whole: number, share: number): number {
  return Math.max(1, Math.floor(whole * share));
}
