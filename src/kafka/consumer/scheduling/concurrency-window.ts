import { Fifo } from '../ordering/index.js';

/** How long starting may keep the event loop before it lets I/O through. */
const SLICE_MS = 8;
const STARTS_BETWEEN_CHECKS = 16;

export interface ConcurrencyWindowOptions<Entry> {
  /** How many may run at once. */
  readonly concurrency: number;
  /** Asked before each start: false parks everything until `pump` is called again. */
  readonly mayStart: () => boolean;
  /** Asked before each start of a new entry: false parks the new ones until `pump`, and lets those that resume go on. */
  readonly admitsNew?: () => boolean;
  /** Runs an entry; it has its slot until `finished` or `yieldSlot`. Must not throw. */
  readonly start: (entry: Entry) => void;
}

/** One that gave its slot back and wants it again. False from `take` means it no longer does. */
export interface Resumption {
  take(): boolean;
}

/**
 * Decides when ready entries start: never more at once than the window has slots, those that resume before those that
 * are new, and in the order in which they became ready. It does not know keys or offsets.
 */
export class ConcurrencyWindow<Entry> {
  private readonly ready = new Fifo<Entry>();
  private readonly resuming = new Fifo<Resumption>();
  private runningCount = 0;
  private pumping = false;
  private continues = false;

  constructor(private readonly options: ConcurrencyWindowOptions<Entry>) {}

  get running(): number {
    return this.runningCount;
  }

  /** Entries that wait to start. */
  get waiting(): number {
    return this.ready.size;
  }

  enqueue(entry: Entry): void {
    this.ready.push(entry);
  }

  resume(resumption: Resumption): void {
    this.resuming.push(resumption);
    this.pump();
  }

  /** Starts an entry past the queue; whoever calls it has seen to it that a slot is free and nothing else starts. */
  startNow(entry: Entry): void {
    this.runningCount += 1;
    this.options.start(entry);
  }

  /** The same for one that resumes. */
  resumeNow(resumption: Resumption): void {
    // The slot is counted first: whoever resumes may give it back at once.
    this.runningCount += 1;
    if (!resumption.take()) this.runningCount -= 1;
  }

  /** Gives a slot back, for good or for a while. */
  releaseSlot(): void {
    this.runningCount -= 1;
    this.pump();
  }

  /** Starts what may start. Called again by itself after a slice, so that one burst does not keep the event loop. */
  pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    if (!this.startSome(performance.now() + SLICE_MS)) this.continueLater();
    this.pumping = false;
  }

  /** False when there may be more to start, but not in this slice. */
  private startSome(sliceEnd: number): boolean {
    for (let started = 0; this.runningCount < this.options.concurrency; started += 1) {
      // The clock and the right to start cost more than a start: both are asked now and then.
      if (started % STARTS_BETWEEN_CHECKS === 0) {
        if (!this.options.mayStart()) return true;
        if (performance.now() > sliceEnd) return false;
      }
      if (!this.startNext()) return true;
    }
    return true;
  }

  private startNext(): boolean {
    const resumption = this.resuming.take();
    if (resumption !== undefined) {
      this.resumeNow(resumption);
      return true;
    }
    if (this.ready.size === 0 || this.options.admitsNew?.() === false) return false;
    this.startNow(this.ready.take()!);
    return true;
  }

  private continueLater(): void {
    if (this.continues) return;
    this.continues = true;
    setImmediate(() => {
      this.continues = false;
      this.pump();
    });
  }
}
