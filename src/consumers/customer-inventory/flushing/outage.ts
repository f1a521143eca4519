import { DependencyUnavailableError } from '../../../record/index.js';
import { ANALYTICS_API } from '../analytics/index.js';
import type { Unavailable } from './flush-run.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** The time in which the API takes nothing: when it may be tried again, and what records are told until then. */
export class Outage {
  private tries = 0;
  private notBefore = 0;
  private detail = '';

  /** It was tried, and took nothing again. */
  goesOn({ detail, notBeforeMs }: Unavailable, now: number): void {
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.tries);
    this.tries += 1;
    this.detail = detail;
    this.notBefore = now + Math.max(waitMs, notBeforeMs);
  }

  mayTry(now: number): boolean {
    return now >= this.notBefore;
  }

  error(): DependencyUnavailableError {
    return new DependencyUnavailableError(ANALYTICS_API, this.detail);
  }
}
