import type { HistoryEvent } from './history.js';
import type { Verdict } from './verdict.js';

/** One invariant. It sees each event before the table knows of it. */
export interface Rule {
  see(event: HistoryEvent): void;
  verdict(): Verdict;
}
