import { setTimeout as sleep } from 'node:timers/promises';
import type { AssignedPartition } from '../assigned-partition.js';

const POLL_MS = 10;

/**
 * Commits everything that the partitions' sessions have, or until the deadline (performance.now). True when that is
 * done. For partitions in which nothing runs any more.
 */
export async function flushSessions(
  deadline: number,
  partitions: Iterable<AssignedPartition>,
): Promise<boolean> {
  const due = (): AssignedPartition[] =>
    [...partitions].filter(
      ({ isOwned, isTransactional, isCommitDue }) => isOwned && isTransactional && isCommitDue,
    );
  for (let left = due(); left.length > 0; left = due()) {
    for (const { session } of left) session?.hurry();
    if (performance.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}
