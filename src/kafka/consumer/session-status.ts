import type { TransactionCounts } from '../ports/index.js';
import type { AssignedPartition } from './assigned-partition.js';
import { sourcesOf, type GroupPlan } from './group-plan.js';
import type { WaitStatus } from './wait-status.js';

const NAMED_WAITS = 10;

/** What the sessions of partitions wait for: to begin, or for topics that do not take what is to be published. */
export function sessionWaitsOf(partitions: readonly AssignedPartition[]): WaitStatus[] {
  return partitions
    .flatMap(({ name, session, unprepared }): WaitStatus[] => {
      if (unprepared !== undefined) {
        const dependency = `transactions of ${name}`;
        return [{ dependency, detail: unprepared, records: 0, first: name }];
      }
      return (session?.waits ?? []).map(({ dependency, detail, records, firstOffset }) => ({
        dependency,
        detail,
        records,
        first: `${name}@${firstOffset}`,
      }));
    })
    .slice(0, NAMED_WAITS);
}

/** The sums over the group's transactional handlers, if it has any. */
export function transactionsOf(plan: GroupPlan): { readonly transactions?: TransactionCounts } {
  const plans = sourcesOf(plan).flatMap(({ topic }) => plan.topics.get(topic)!.transactions ?? []);
  if (plans.length === 0) return {};
  const transactions = { committed: 0, aborted: 0, fenced: 0 };
  for (const { counts } of plans) {
    for (const result of Object.keys(transactions) as (keyof TransactionCounts)[]) {
      transactions[result] += counts[result];
    }
  }
  return { transactions };
}
