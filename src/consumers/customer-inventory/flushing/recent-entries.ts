export interface RecentLimits {
  readonly size: number;
  /** How long an entry is kept; without it as long as there is room. */
  readonly ttlMs?: number;
  /** In milliseconds of any clock. */
  readonly now: () => number;
}

interface Entry<Value> {
  readonly value: Value;
  readonly until: number;
}

/** The entries that were set last, and no more than there is room for. */
export class RecentEntries<Value> {
  /** In the order in which they were set. */
  private readonly entries = new Map<string, Entry<Value>>();

  constructor(private readonly limits: RecentLimits) {}

  get(name: string): Value | undefined {
    const entry = this.entries.get(name);
    return entry !== undefined && this.limits.now() < entry.until ? entry.value : undefined;
  }

  set(name: string, value: Value): void {
    const { size, ttlMs = Infinity, now } = this.limits;
    this.entries.delete(name);
    this.entries.set(name, { value, until: now() + ttlMs });
    const [oldest] = this.entries.keys();
    if (this.entries.size > size) this.entries.delete(oldest!);
  }

  delete(name: string): void {
    this.entries.delete(name);
  }

  clear(): void {
    this.entries.clear();
  }
}
