import type { AssignedPartition } from './assigned-partition.js';
import type { GroupPlan } from './group-plan.js';

/** What waits in one retry topic, in the partitions that this process has. */
export interface RetryTopicStatus {
  readonly topic: string;
  readonly level: number;
  readonly delayMs: number;
  /** Records that wait for their time, those that were not fetched yet included. */
  readonly waiting: number;
  /** When the first of them may start; ISO 8601, absent when none was fetched. */
  readonly nextDue?: string;
}

type Watched = Pick<
  AssignedPartition,
  'topic' | 'waiting' | 'nextDueAt' | 'highWatermark' | 'nextFetchOffset'
>;

export function retryTopicsOf(
  { topics: plans }: GroupPlan,
  topics: readonly string[],
  partitions: readonly Watched[],
): RetryTopicStatus[] {
  return topics
    .flatMap((topic): RetryTopicStatus[] => {
      const { level = 0, delayMs = 0 } = plans.get(topic)!.own ?? {};
      if (level === 0) return [];
      const own = partitions.filter((partition) => partition.topic === topic);
      const due = own.flatMap(({ nextDueAt }) => nextDueAt ?? []);
      const waiting = own.reduce((sum, partition) => sum + waitingIn(partition), 0);
      const first = { topic, level, delayMs, waiting };
      if (due.length === 0) return [first];
      return [{ ...first, nextDue: new Date(Math.min(...due)).toISOString() }];
    })
    .sort((left, right) => left.level - right.level);
}

function waitingIn({ waiting, highWatermark = 0, nextFetchOffset = 0 }: Watched): number {
  return waiting + Math.max(0, highWatermark - nextFetchOffset);
}
