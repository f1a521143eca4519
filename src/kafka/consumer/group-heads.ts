import type { BlockedAt, RecordObserver } from '../../observability/index.js';
import type { GroupEngine } from './group-engine.js';
import type { GroupPlan } from './group-plan.js';
import { HeadWatch, type WatchedPartition } from './heads/index.js';

type Engine = Pick<GroupEngine, 'table' | 'workers'>;

/** Watches the heads of a group's partitions and tells its observer. */
export function watchHeads(plan: GroupPlan, engine: Engine, observer: RecordObserver): HeadWatch {
  const ownerOf = (topic: string): BlockedAt => {
    const { consumer, groupId: group } = plan.topics.get(topic)!.handler;
    return { consumer, group };
  };
  return new HeadWatch({
    partitions: () => watchedPartitions(plan, engine),
    blocked: (head) => observer.headBlocked({ ...head, ...ownerOf(head.topic) }),
    unblocked: (head) => observer.headUnblocked({ ...head, ...ownerOf(head.topic) }),
  });
}

/** The partitions of the assignment with the records that hold their watermarks. */
function* watchedPartitions(plan: GroupPlan, engine: Engine): Iterable<WatchedPartition> {
  for (const owned of engine.table.values()) {
    // What waits for its time is in nobody's way: its topic is there for that.
    if (owned.level > 0 && owned.waiting > 0) continue;
    const { topic, partition, ledger, isPaused } = owned;
    const { depth, unsettled, oldestUnsettledOffset: headOffset } = ledger;
    const { handler, partitionWindow: window } = plan.topics.get(topic)!;
    const worker = engine.workers.get(handler.consumer)!;
    const progress = { depth, unsettled, window, isPaused };
    const delivery = () => worker.deliveryAt(owned, headOffset!);
    yield { topic, partition, progress, headOffset, delivery };
  }
}
