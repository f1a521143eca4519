export interface GatheredEntry {
  readonly offset: number;
  readonly bytes: number;
  /** Milliseconds, of whatever clock. */
  readonly gatheredAt: number;
}

/** How large one batch may be. A single record may be larger. */
export interface BatchSize {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** Records that wait for their batch, by offset. Decides how large a batch is, and not when it runs. */
export class Gathered<Entry extends GatheredEntry> {
  private entries: Entry[] = [];
  private bytes = 0;

  get size(): number {
    return this.entries.length;
  }

  /** When the first of them came. */
  get since(): number | undefined {
    return this.entries[0]?.gatheredAt;
  }

  get lowestOffset(): number | undefined {
    return this.entries[0]?.offset;
  }

  add(entry: Entry): void {
    let index = this.entries.length;
    while (index > 0 && this.entries[index - 1]!.offset > entry.offset) index -= 1;
    this.entries.splice(index, 0, entry);
    this.bytes += entry.bytes;
  }

  /** Whether those below that offset make a batch to which nothing can be added. */
  isFull(limits: BatchSize, below = Infinity): boolean {
    if (this.size < limits.maxRecords && this.bytes < limits.maxBytes) return false;
    const { count, bytes } = this.first(limits, below);
    if (count === limits.maxRecords || bytes >= limits.maxBytes) return true;
    return count > 0 && count < this.size && this.entries[count]!.offset < below;
  }

  /** Takes the next batch of those below that offset. */
  take(limits: BatchSize, below = Infinity): Entry[] {
    const { count, bytes } = this.first(limits, below);
    this.bytes -= bytes;
    return this.entries.splice(0, count);
  }

  takeAll(): Entry[] {
    this.bytes = 0;
    return this.entries.splice(0);
  }

  private first({ maxRecords, maxBytes }: BatchSize, below: number) {
    let [count, bytes] = [0, 0];
    for (const entry of this.entries) {
      const isTooMuch = count > 0 && bytes + entry.bytes > maxBytes;
      if (count === maxRecords || isTooMuch || entry.offset >= below) break;
      count += 1;
      bytes += entry.bytes;
    }
    return { count, bytes };
  }
}
