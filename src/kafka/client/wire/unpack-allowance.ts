/** What a batch may unpack to. A larger one is not unpacked: its records become pointers. */
export const BATCH_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * What the compressed batches of one answer may unpack to together. It is one batch's limit, so that an answer never holds
 * more than its largest batch might, however many batches and partitions it has.
 */
export class UnpackAllowance {
  private left = BATCH_LIMIT_BYTES;

  get bytes(): number {
    return this.left;
  }

  /** Nothing was unpacked yet: what does not fit now never will. */
  get isWhole(): boolean {
    return this.left === BATCH_LIMIT_BYTES;
  }

  take(bytes: number): void {
    this.left -= bytes;
  }
}
