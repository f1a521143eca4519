import type { HandlerDescription } from '../../record/index.js';
import type { GroupConsumer } from './group-consumer.js';
import type { OffsetCommitter } from './offset-committer.js';
import type { RecordCounts } from './record-counts.js';

/**
 * One topic of a group in numbers, all of one moment:
 * received = all outcomes + abandoned + inFlight + waiting + buffered.
 */
export interface TopicActivity {
  readonly handler: HandlerDescription;
  readonly counts: Readonly<RecordCounts>;
  /** In handlers of partitions that are owned or drained. */
  readonly inFlight: number;
  /** Suspended, or due again and without a slot yet. */
  readonly waiting: number;
  /** Not begun. */
  readonly buffered: number;
  /** Of all that is not settled. */
  readonly bytes: number;
  readonly pausedPartitions: number;
  /** Those that stand still, or nearly, behind their oldest unsettled record. */
  readonly blockedPartitions: number;
  /** Whether its handler's brake keeps new records from starting. A brake is the handler's: its topics tell the same. */
  readonly isBraked: boolean;
  /** How often that was so since the start of the process. */
  readonly brakings: number;
}

/** What one group has done since the start of the process, and what it holds now. */
export interface GroupActivity {
  readonly groupId: string;
  readonly rebalances: number;
  readonly commits: Readonly<OffsetCommitter['results']>;
  readonly topics: readonly TopicActivity[];
}

type Held = Omit<TopicActivity, 'handler' | 'counts' | 'isBraked' | 'brakings'>;

export function activityOf(group: GroupConsumer): GroupActivity {
  const { engine, committer, plan, rebalance } = group;
  const held = heldBy(group);
  return {
    groupId: plan.groupId,
    rebalances: rebalance.count,
    commits: { ...committer.results },
    topics: [...plan.topics].map(([topic, { handler, brake }]) => ({
      handler,
      counts: { ...engine.counts.get(topic)! },
      ...held.get(topic)!,
      isBraked: brake?.status() !== undefined,
      brakings: brake?.applications ?? 0,
    })),
  };
}

/** By topic. */
function heldBy({ engine, heads, plan }: GroupConsumer): ReadonlyMap<string, Held> {
  const topics = [...plan.topics.keys()];
  const held = new Map(topics.map((topic) => [topic, nothingHeld()]));
  for (const partition of engine.table.claimed()) {
    const { ledger, running, bufferedBytes, isPaused, isDraining } = partition;
    const sums = held.get(partition.topic)!;
    sums.inFlight += running;
    sums.buffered += ledger.unsettled - running;
    sums.bytes += bufferedBytes;
    if (isPaused && !isDraining) sums.pausedPartitions += 1;
  }
  for (const { topic } of heads.blocked(topics)) held.get(topic)!.blockedPartitions += 1;
  for (const { suspensions } of engine.workers.values()) {
    for (const { topic, isWaiting } of suspensions.waiting()) {
      if (!isWaiting) continue;
      held.get(topic)!.waiting += 1;
      held.get(topic)!.buffered -= 1;
    }
  }
  return held;
}

function nothingHeld() {
  return {
    inFlight: 0,
    waiting: 0,
    buffered: 0,
    bytes: 0,
    pausedPartitions: 0,
    blockedPartitions: 0,
  };
}
