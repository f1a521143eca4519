import { setTimeout as sleep } from 'node:timers/promises';
import { wordsOf } from './connection-trouble.js';
import { RestartBackoff } from './restart-backoff.js';

const RECHECK_MS = 3_000;

export interface Supervised {
  readonly stopRequested: AbortSignal;
  /** What is lacking before a run may begin, in words. A rejection is taken as lacking what it says. */
  unmet(): Promise<string | undefined>;
  /** Resolves with what ended the run, or undefined when that was a stop. */
  runOnce(): Promise<Error | undefined>;
  /** Told before each wait. */
  waitsFor(reason: string): void;
}

/** Runs a group again and again until its stop: whatever ends a run, the next one begins when nothing is lacking. */
export class GroupSupervisor {
  private readonly backoff = new RestartBackoff();

  constructor(private readonly supervised: Supervised) {}

  /** Resolves at the stop. */
  async run(): Promise<void> {
    const { stopRequested } = this.supervised;
    while (!stopRequested.aborted) {
      const lacking = await this.unmet();
      if (lacking !== undefined) {
        await this.wait(lacking, RECHECK_MS);
        continue;
      }
      const startedAt = performance.now();
      const error = await this.supervised.runOnce();
      if (error === undefined) continue;
      await this.wait(wordsOf(error), this.backoff.next(performance.now() - startedAt));
    }
  }

  private async unmet(): Promise<string | undefined> {
    try {
      return await this.supervised.unmet();
    } catch (error) {
      return wordsOf(error);
    }
  }

  private async wait(reason: string, milliseconds: number): Promise<void> {
    const { stopRequested } = this.supervised;
    this.supervised.waitsFor(reason);
    try {
      await sleep(milliseconds, undefined, { signal: stopRequested });
    } catch {
      // The stop ends the wait.
    }
  }
}
