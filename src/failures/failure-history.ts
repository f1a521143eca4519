import type { Classification } from './classification.js';

/** One delivery's failures, for telling when its attempts start again. */
export class FailureHistory {
  /** Waits for a dependency since the last attempt that counted. */
  waits = 0;
  /** Attempts in a row that failed alike, the last one included. */
  failedAlike = 0;
  /** Attempts that failed, however. */
  failed = 0;
  /** Delays of retry topics that it has waited for in place. */
  delaysUsed = 0;
  private last = '';

  wait(): void {
    this.waits += 1;
  }

  /** Counts a failed attempt. Alike are failures of the same kind and the same class of error. */
  fail({ kind }: Classification, errorClass: string): void {
    const now = `${kind} ${errorClass}`;
    this.failed += 1;
    this.failedAlike = now === this.last ? this.failedAlike + 1 : 1;
    this.last = now;
    this.waits = 0;
  }

  /** For looking at what another failure would make of it. */
  copy(): FailureHistory {
    return Object.assign(new FailureHistory(), this);
  }

  /** The attempts start again. */
  forget(): void {
    this.last = '';
    this.failed = 0;
  }
}
