/** Lets one event of a kind through per interval and counts the others. Kinds are few: groups and error codes. */
export class WaitLimiter {
  readonly #kinds = new Map<string, { loggedAt: number; suppressed: number }>();

  constructor(
    private readonly intervalMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** How many were held back since the last one, or undefined when this one is to be held back too. */
  admit(kind: string): number | undefined {
    const known = this.#kinds.get(kind);
    const now = this.now();
    if (known !== undefined && now - known.loggedAt < this.intervalMs) {
      known.suppressed += 1;
      return undefined;
    }
    this.#kinds.set(kind, { loggedAt: now, suppressed: 0 });
    return known?.suppressed ?? 0;
  }
}
