import type { ProspectiveCommit } from '../../kafka/index.js';
import type { QueuedEntry } from './queued-entry.js';

export interface Fitting {
  /** Those whose settlement the commit tells. */
  readonly entries: readonly QueuedEntry[];
  /** Those for which it has no room. */
  readonly left: readonly QueuedEntry[];
  readonly commit: ProspectiveCommit;
}

/**
 * The entries that one commit can tell, the lowest offsets first: an entry whose settlement is not told would be handled
 * again after a crash although its records are produced. Undefined when there is nothing to commit at all.
 */
export function fittingEntries(
  entries: readonly QueuedEntry[],
  commitWith: (sequences: ReadonlySet<number>) => ProspectiveCommit | undefined,
): Fitting | undefined {
  const ordered = [...entries].sort((left, right) => left.entry.sequence - right.entry.sequence);
  for (let count = ordered.length; ; count = Math.floor(count / 2)) {
    const commit = commitWith(new Set(ordered.slice(0, count).map(({ entry }) => entry.sequence)));
    if (commit === undefined) return undefined;
    if (!commit.isComplete && count > 0) continue;
    const fitting = new Set(ordered.slice(0, count));
    return {
      entries: entries.filter((entry) => fitting.has(entry)),
      left: entries.filter((entry) => !fitting.has(entry)),
      commit,
    };
  }
}
