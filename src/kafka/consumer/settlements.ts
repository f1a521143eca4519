import type { RecordObserver } from '../../observability/index.js';
import type { Outcome } from '../../record/index.js';
import type { AssignedPartition } from './assigned-partition.js';
import type { BufferBudget } from './back-pressure/index.js';
import type { ConsumerWorker } from './consumer-worker.js';
import type { Fetching } from './fetching.js';
import type { TopicPlan } from './group-plan.js';
import { COUNTER_OF, type RecordCounts } from './record-counts.js';
import type { RecordDelivery } from './record-delivery.js';
import type { TrackedRecord } from './tracked-record.js';
import { TransactedRecord } from './transactions/index.js';

export interface SettlementsOf {
  readonly budget: BufferBudget;
  readonly fetching: Fetching;
  readonly observer: RecordObserver;
  /** By topic. */
  readonly counts: ReadonlyMap<string, RecordCounts>;
  planOf(topic: string): TopicPlan;
  workerOf(partition: AssignedPartition): ConsumerWorker;
}

/**
 * Enters outcomes, each once it is durable: at once, or with the transaction that has it. Where no order is kept over
 * retry topics, the next of its key may run while a record waits for its transaction, which keeps their order.
 */
export class Settlements {
  constructor(private readonly group: SettlementsOf) {}

  settle(delivery: RecordDelivery, outcome: Outcome): void {
    const { tracked } = delivery;
    const partition = tracked.partition as AssignedPartition;
    if (partition.session === undefined) {
      this.enter(delivery, outcome);
      return this.release(tracked);
    }
    if (partition.unit.keys !== undefined) partition.lanesHeld.add(tracked);
    else this.release(tracked);
    const plan = this.group.planOf(partition.topic);
    const settled = (final: Outcome): void => this.committed(delivery, final);
    partition.session.submit(
      new TransactedRecord(delivery, outcome, {
        refuse: (refused, error) => plan.refuse!(refused, error),
        settled,
      }),
    );
  }

  private committed(delivery: RecordDelivery, outcome: Outcome): void {
    const { tracked } = delivery;
    const partition = tracked.partition as AssignedPartition;
    this.enter(delivery, outcome);
    if (!partition.lanesHeld.delete(tracked)) return;
    this.release(tracked);
    this.group.workerOf(partition).enqueueAll([]);
  }

  /** Nobody waits here: who has settled a record starts what may run. */
  private release(tracked: TrackedRecord): void {
    const partition = tracked.partition as AssignedPartition;
    const next = partition.unit.lanes.release(tracked);
    if (next !== undefined) this.group.workerOf(partition).enqueue(next);
  }

  private enter(delivery: RecordDelivery, outcome: Outcome): void {
    const { budget, counts, fetching, observer } = this.group;
    const { tracked } = delivery;
    const partition = tracked.partition as AssignedPartition;
    partition.mark(tracked);
    budget.remove(1, tracked.bytes);
    counts.get(partition.topic)![COUNTER_OF[outcome.kind]] += 1;
    if (partition.isPaused) fetching.applyPressure(partition);
    observer.settled(delivery, outcome, performance.now() - tracked.startedAt);
  }
}
