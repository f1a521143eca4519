import { setTimeout } from 'node:timers/promises';

const STEPS_A_SECOND = 4;

/** Keeps to so many records a second, evenly: what was not used before is not made up for. Without a rate it never waits. */
export class Pace {
  private freeAt = 0;

  constructor(
    private readonly perSecond: number | undefined,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** How many may go together, `most` at most. */
  atOnce(most: number): number {
    if (this.perSecond === undefined) return most;
    return Math.max(1, Math.min(most, Math.floor(this.perSecond / STEPS_A_SECOND)));
  }

  /** Milliseconds until the next ones may go. */
  get dueInMs(): number {
    return Math.max(0, this.freeAt - this.now());
  }

  async wait(signal?: AbortSignal): Promise<void> {
    if (this.dueInMs === 0) return;
    // Aborted while it waits: the caller asks the signal next.
    await setTimeout(this.dueInMs, undefined, { signal }).catch(() => undefined);
  }

  took(records: number): void {
    if (this.perSecond === undefined) return;
    this.freeAt = Math.max(this.freeAt, this.now()) + (records / this.perSecond) * 1_000;
  }
}
