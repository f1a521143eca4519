import type { HandlerDescription } from '../../record/index.js';
import type { TransactionCounts } from '../ports/index.js';
import type { GroupConsumer } from './group-consumer.js';
import type { OffsetCommitter } from './offset-committer.js';
import { sumOf, type RecordCounts } from './record-counts.js';
import { sourcesOf, type GroupPlan } from './group-plan.js';
import { transactionsOf } from './session-status.js';

/**
 * One topic of a group in numbers, with the group's own topics beside it, all of one moment:
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
  /** Absent where no handler of the group is transactional. */
  readonly transactions?: Readonly<TransactionCounts>;
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
    ...transactionsOf(plan),
    topics: sourcesOf(plan).map((handler) => {
      const { brake } = plan.topics.get(handler.topic)!;
      return {
        handler,
        counts: sumOf(topicsOf(plan, handler).map((topic) => engine.counts.get(topic)!)),
        ...held.get(handler.topic)!,
        isBraked: brake?.status() !== undefined,
        brakings: brake?.applications ?? 0,
      };
    }),
  };
}

/** The source and the group's own topics beside it. */
function topicsOf({ topics }: GroupPlan, source: HandlerDescription): string[] {
  return [...topics].flatMap(([topic, { handler }]) => (handler === source ? [topic] : []));
}

/** By source. */
function heldBy({ engine, heads, plan }: GroupConsumer): ReadonlyMap<string, Held> {
  const held = new Map(sourcesOf(plan).map(({ topic }) => [topic, nothingHeld()]));
  const heldOf = (topic: string) => held.get(plan.topics.get(topic)!.handler.topic)!;
  for (const partition of engine.table.claimed()) {
    const { ledger, running, bufferedBytes, isPaused, isDraining, level } = partition;
    const sums = heldOf(partition.topic);
    sums.inFlight += running;
    sums.buffered += ledger.unsettled - running;
    sums.bytes += bufferedBytes;
    // A retry topic is read a little ahead of its time: that it stands still says nothing.
    if (isPaused && !isDraining && !(level > 0)) sums.pausedPartitions += 1;
  }
  const inTheWay = heads.blocked([...plan.topics.keys()]);
  for (const { topic } of inTheWay) heldOf(topic).blockedPartitions += 1;
  for (const { suspensions } of engine.workers.values()) {
    for (const { topic, isWaiting } of suspensions.waiting()) {
      if (!isWaiting) continue;
      heldOf(topic).waiting += 1;
      heldOf(topic).buffered -= 1;
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
