import { partitionName, type RecordOrigin } from '../../../record/index.js';

/** As many as a crash can bring back: what one commit interval settles, and more. */
const MOST = 10_000;

/**
 * Records of one source partition that were found on a retry topic when that was taken over. Who meets one of them below
 * knows that its publication was acknowledged and its commit was not. Keeps the newest; what is older comes as a
 * duplicate.
 */
export class MovedRecords {
  private readonly timestamps = new Map<number, number>();

  /** `source`: topic and partition, as `topic-partition`. */
  constructor(
    private readonly source: string,
    private readonly most = MOST,
  ) {}

  add(origin: RecordOrigin): void {
    if (partitionName(origin) !== this.source) return;
    this.timestamps.delete(origin.offset);
    this.timestamps.set(origin.offset, origin.timestamp);
    if (this.timestamps.size <= this.most) return;
    for (const oldest of this.timestamps.keys()) {
      this.timestamps.delete(oldest);
      return;
    }
  }

  /** The timestamp tells a topic that was made anew from the one before it. */
  has(origin: RecordOrigin): boolean {
    if (this.timestamps.get(origin.offset) !== origin.timestamp) return false;
    return partitionName(origin) === this.source;
  }

  clear(): void {
    this.timestamps.clear();
  }
}
