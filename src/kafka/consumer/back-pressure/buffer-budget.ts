/**
 * Fetching goes on once the buffer has sunk to this share of its limit. High, so that it goes on a little at a time: to
 * fill half a buffer at once would keep the event loop from the handlers under way.
 */
const LOW_MARK = 0.9;

const HOLD_HEARTBEAT_MS = 1_000;

/**
 * The records and bytes that a group may hold in memory between fetch and settlement. A limit may be passed by one
 * fetch, because kafkajs decodes a whole response before anyone is asked.
 */
export class BufferBudget {
  private recordCount = 0;
  private byteCount = 0;
  private waiting: (() => void)[] = [];

  constructor(
    readonly maxRecords: number,
    readonly maxBytes: number,
  ) {}

  get records(): number {
    return this.recordCount;
  }

  get bytes(): number {
    return this.byteCount;
  }

  get isFull(): boolean {
    return this.recordCount >= this.maxRecords || this.byteCount >= this.maxBytes;
  }

  add(records: number, bytes: number): void {
    this.recordCount += records;
    this.byteCount += bytes;
  }

  remove(records: number, bytes: number): void {
    this.recordCount -= records;
    this.byteCount -= bytes;
    if (this.waiting.length > 0 && this.isLow) this.releaseHolds();
  }

  /** Resolves when the buffer has room again, or at `releaseHolds`, heartbeating meanwhile. */
  async hold(heartbeat: () => Promise<void>): Promise<void> {
    if (!this.isFull) return;
    let isHeld = true;
    const released = this.untilLow().then(() => (isHeld = false));
    while (isHeld) {
      await Promise.race([released, new Promise((done) => setTimeout(done, HOLD_HEARTBEAT_MS))]);
      try {
        await heartbeat();
      } catch {
        // A rebalance or a broken connection: kafkajs finds the same at its next heartbeat and acts on it.
        return;
      }
    }
  }

  /** Resolves when the buffer is low again, or at `releaseHolds`. */
  untilLow(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Lets every held fetch return: a rebalance or a stop must not wait for handlers. */
  releaseHolds(): void {
    const released = this.waiting;
    this.waiting = [];
    for (const resolve of released) resolve();
  }

  private get isLow(): boolean {
    return (
      this.recordCount <= this.maxRecords * LOW_MARK && this.byteCount <= this.maxBytes * LOW_MARK
    );
  }
}
