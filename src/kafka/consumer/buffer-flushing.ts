import { setTimeout as sleep } from 'node:timers/promises';
import type { AssignedPartition } from './assigned-partition.js';
import type { GroupPlan, TopicPlan } from './group-plan.js';

/** What comes into a buffer after it was told to flush is flushed that much later. */
const TELL_AGAIN_MS = 250;

/** Has buffers flushed whose partitions are to be given up: their records would otherwise wait for the buffers' time. */
export class BufferFlushing {
  constructor(private readonly plan: GroupPlan) {}

  /** Tells the buffers at once, and again as long as records of the partitions are in them and it matters. */
  begin(
    partitions: readonly AssignedPartition[],
    matters: (partition: AssignedPartition) => boolean,
  ): void {
    const partitionsOf = new Map<NonNullable<TopicPlan['flush']>, AssignedPartition[]>();
    for (const partition of partitions) {
      const flush = this.plan.topics.get(partition.topic)?.flush;
      if (flush === undefined) continue;
      partitionsOf.set(flush, [...(partitionsOf.get(flush) ?? []), partition]);
    }
    for (const [flush, own] of partitionsOf) {
      void keepTelling(flush, () => own.filter((one) => isUnderWay(one) && matters(one)));
    }
  }
}

async function keepTelling(
  flush: NonNullable<TopicPlan['flush']>,
  pending: () => readonly AssignedPartition[],
): Promise<void> {
  for (let some = pending(); some.length > 0; some = pending()) {
    await flush(some.map(({ topic, partition }) => ({ topic, partition })));
    await sleep(TELL_AGAIN_MS, undefined, { ref: false });
  }
}

function isUnderWay({ isOwned, running }: AssignedPartition): boolean {
  return isOwned && running > 0;
}
