const FIRST_MS = 1_000;
const LONGEST_MS = 15_000;
const HEALTHY_MS = 60_000;

/**
 * How long to wait before a connection that broke is made anew: from 1 s, doubled up to 15 s, and of that at random the
 * upper half, so that the members of a group do not come back at one moment. A healthy minute forgets what was before.
 */
export class RestartBackoff {
  private failures = 0;

  constructor(private readonly random: () => number = Math.random) {}

  /** The wait after a run of so many milliseconds has broken. */
  next(ranMs: number): number {
    if (ranMs >= HEALTHY_MS) this.failures = 0;
    const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.failures);
    this.failures = Math.min(this.failures + 1, 10);
    return Math.round(longest * (0.5 + this.random() / 2));
  }
}
