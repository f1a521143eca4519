interface Turn<Entry> {
  readonly entry: Entry;
  /** Starts the entry, or gives it back to where it came from when it may not start now. Must not throw. */
  readonly begin: () => void;
}

/**
 * Lets chosen entries run alone in the process: each waits until nothing else runs, and nothing else starts while one
 * waits or runs. What gave its slot back, or is past its deadline, does not count as running.
 */
export class LoneTurns<Entry extends object> {
  private readonly running = new Set<Entry>();
  private readonly waiting: Turn<Entry>[] = [];
  private readonly freed: (() => void)[] = [];
  private alone: Entry | undefined;

  /** False while an entry has its turn, or waits for it. */
  get mayOthersStart(): boolean {
    return this.alone === undefined && this.waiting.length === 0;
  }

  isTurnOf(entry: Entry): boolean {
    return this.alone === entry;
  }

  /** `pump` is called when others may start again. */
  onFreed(pump: () => void): void {
    this.freed.push(pump);
  }

  /** `begin` is called when the entry is to run alone, and never before this returns. */
  wait(entry: Entry, begin: () => void): void {
    this.waiting.push({ entry, begin });
    this.reconsider();
  }

  began(entry: Entry): void {
    this.running.add(entry);
  }

  /** Ending twice is ending once. */
  ended(entry: Entry): void {
    if (!this.running.delete(entry)) return;
    const wasAlone = this.alone === entry;
    if (wasAlone) this.alone = undefined;
    if (wasAlone || this.waiting.length > 0) this.reconsider();
  }

  /** Later, because a caller may be in the middle of starting or ending entries. */
  private reconsider(): void {
    queueMicrotask(() => this.next());
  }

  private next(): void {
    if (this.alone !== undefined || this.running.size > 0) return;
    const turn = this.waiting.shift();
    if (turn === undefined) {
      for (const pump of this.freed) pump();
      return;
    }
    this.alone = turn.entry;
    turn.begin();
    if (this.running.has(turn.entry)) return;
    this.alone = undefined;
    this.reconsider();
  }
}
