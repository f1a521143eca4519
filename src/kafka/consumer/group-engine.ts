import { Logger } from '@nestjs/common';
import type { LogReset, RecordObserver, SkippedOffsets } from '../../observability/index.js';
import type { Outcome } from '../../record/index.js';
import type { Assignment, FetchedBatch, Membership } from '../client/index.js';
import type { AssignedPartition } from './assigned-partition.js';
import { Lease, PartitionTable, type Reassignment } from './assignment/index.js';
import { BufferBudget, shouldBePaused } from './back-pressure/index.js';
import { ConsumerWorker } from './consumer-worker.js';
import { placeIn, type GroupPlan, type GroupShare, type TopicPlan } from './group-plan.js';
import { skippedRange } from './offset-reset.policy.js';
import { METADATA_LIMIT } from './offsets/index.js';
import { COUNTER_OF, noRecords, type RecordCounts } from './record-counts.js';
import type { RecordDelivery } from './record-delivery.js';

const DRAIN_POLL_MS = 10;

/** How the engine steers fetching. */
export interface FetchControl {
  pause(topic: string, partition: number): void;
  resume(topic: string, partition: number): void;
  seek(topic: string, partition: number, offset: number): void;
}

export interface EngineOptions {
  readonly sessionTimeoutMs: number;
  readonly observer: RecordObserver;
}

/**
 * One group's records between fetch and settlement: tracked before anything else, put into their key's lane, run within
 * the consumer's window, settled only by a durable outcome of a partition that is still ours. Knows no connection.
 */
export class GroupEngine {
  readonly lease: Lease;
  readonly table: PartitionTable;
  readonly budget: BufferBudget;
  readonly workers = new Map<string, ConsumerWorker>();
  readonly counts = new Map<string, RecordCounts>();
  private readonly logger = new Logger(GroupEngine.name);
  private frozen = true;
  private control: FetchControl | undefined;

  constructor(
    private readonly plan: GroupPlan,
    private readonly share: GroupShare,
    private readonly options: EngineOptions,
  ) {
    this.lease = new Lease(options.sessionTimeoutMs);
    this.table = new PartitionTable((topic) => this.planOf(topic).ordering);
    this.budget = new BufferBudget(share.bufferedRecords, share.bufferedBytes);
    for (const { handler } of plan.topics.values()) {
      if (this.workers.has(handler.consumer)) continue;
      this.counts.set(handler.consumer, noRecords());
      this.workers.set(handler.consumer, this.createWorker(handler.consumer));
    }
  }

  attach(control: FetchControl): void {
    this.control = control;
  }

  /** No handler starts or resumes any more; those under way go on. */
  freeze(): void {
    this.frozen = true;
    this.budget.releaseHolds();
  }

  unfreeze(): void {
    this.frozen = false;
    this.pump();
  }

  heartbeatAccepted(): void {
    const wasValid = this.lease.isValid;
    this.lease.renew();
    if (!wasValid) this.pump();
  }

  /** True when no handler of an owned partition is under way, false when the deadline (performance.now) passed first. */
  async drained(deadline: number): Promise<boolean> {
    while ([...this.table.values()].some(({ running }) => running > 0)) {
      if (performance.now() >= deadline) return false;
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    }
    return true;
  }

  /** Takes over a new assignment: retained partitions go on behind what was read, lost ones are dropped. */
  reassign(membership: Membership, assignment: Assignment): Reassignment {
    const reassignment = this.table.assign(membership, assignment);
    for (const partition of reassignment.lost) this.drop(partition);
    for (const partition of reassignment.retained) {
      if (partition.nextFetchOffset === undefined) continue;
      this.control!.seek(partition.topic, partition.partition, partition.nextFetchOffset);
    }
    // Pauses are derived: kafkajs keeps those of a run over its joins, also for partitions that left and came back.
    for (const partition of this.table.values()) this.applyPressure(partition, true);
    this.lease.renew();
    return reassignment;
  }

  /** Gives up every partition, uncommitted. */
  dropEverything(): void {
    for (const partition of this.table.clear()) this.drop(partition);
  }

  /** Pauses or resumes a partition after what its commits tell has changed. */
  reconsider(partition: AssignedPartition): void {
    if (partition.isOwned && this.control !== undefined) this.applyPressure(partition);
  }

  /** Tracks a batch and starts what may start. False when the partition is not ours: nothing was taken. */
  take(batch: FetchedBatch): boolean {
    let partition = this.table.get(batch.topic, batch.partition);
    if (partition === undefined || this.frozen) return false;
    partition = this.checkPosition(partition, batch);
    const { bufferedBytes, alreadySettled } = partition;
    const ready = partition.take(batch);
    const consumer = this.planOf(batch.topic).handler.consumer;
    const passedOver = partition.alreadySettled - alreadySettled;
    const received = batch.records.length - passedOver;
    const counts = this.counts.get(consumer)!;
    counts.received += received;
    counts.alreadySettled += passedOver;
    this.budget.add(received, partition.bufferedBytes - bufferedBytes);
    this.applyPressure(partition);
    const { window } = this.workers.get(consumer)!;
    for (const tracked of ready) window.enqueue(tracked);
    window.pump();
    return true;
  }

  /** A part of the log without records (transaction markers) was read. */
  advance(topic: string, partition: number, nextOffset: number): void {
    this.table.get(topic, partition)?.advanceTo(nextOffset);
  }

  /** Resolves when the buffer has room again, heartbeating meanwhile; at once on a rebalance or a stop. */
  async hold(heartbeat: () => Promise<void>): Promise<void> {
    if (!this.frozen) await this.budget.hold(heartbeat);
  }

  /** Goes on at that position, which is committed once what was read before it is settled. */
  relocate(partition: AssignedPartition, position: number): void {
    partition.advanceTo(position);
    this.control!.seek(partition.topic, partition.partition, position);
    this.applyPressure(partition, true);
  }

  /** Gives up what is known of a partition whose log starts anew. */
  reopen(partition: AssignedPartition, log: LogReset): AssignedPartition {
    this.options.observer.logReset(placeIn(this.plan, partition), log);
    this.drop(partition);
    const reopened = this.table.reopen(partition);
    this.applyPressure(reopened, true);
    return reopened;
  }

  /** Counts and says what the group will never read. */
  skip(partition: AssignedPartition, skipped: SkippedOffsets): void {
    const place = placeIn(this.plan, partition);
    this.counts.get(place.consumer)!.skippedOffsets += skipped.count;
    this.options.observer.offsetsSkipped(place, skipped);
  }

  /** Ends every wait for a dependency of a consumer. */
  wake(consumer: string, dependency: string): void {
    this.workers.get(consumer)?.suspensions.wake(dependency);
  }

  /** Ends every wait uncommitted: the records come again. */
  abandonSuspended(): void {
    for (const { suspensions } of this.workers.values()) suspensions.abandon();
  }

  private planOf(topic: string): TopicPlan {
    return this.plan.topics.get(topic)!;
  }

  private createWorker(consumer: string): ConsumerWorker {
    const plans = [...this.plan.topics.values()].filter(
      ({ handler }) => handler.consumer === consumer,
    );
    return new ConsumerWorker(plans, (topic) => this.planOf(topic), {
      mayStart: () => !this.frozen && this.lease.isValid,
      settled: (delivery, outcome) => this.settle(delivery, outcome),
      broken: (delivery, error) => {
        const { topic, partition, offset } = delivery.record;
        const message = 'a policy rejected, which it must not; the record stays pending';
        this.logger.error(message, { topic, partition, offset }, error);
      },
      overdue: (delivery) => this.options.observer.handlerOverdue(delivery),
      cameLate: () => (this.counts.get(consumer)!.lateResults += 1),
    });
  }

  private settle(delivery: RecordDelivery, outcome: Outcome): void {
    const { tracked, handler } = delivery;
    const partition = tracked.partition as AssignedPartition;
    const next = partition.settle(tracked);
    if (next !== undefined) this.workers.get(handler.consumer)!.window.enqueue(next);
    this.budget.remove(1, tracked.bytes);
    this.counts.get(handler.consumer)![COUNTER_OF[outcome.kind]] += 1;
    if (partition.isPaused) this.applyPressure(partition);
    this.options.observer.settled(delivery, outcome, performance.now() - tracked.startedAt);
  }

  private checkPosition(partition: AssignedPartition, batch: FetchedBatch): AssignedPartition {
    const finding = partition.examine(batch);
    if (finding.kind === 'expected') return partition;
    partition.disinherit();
    const { expected, fetched } = finding;
    if (finding.kind === 'log-reset') return this.reopen(partition, { expected, start: fetched });
    this.skip(partition, skippedRange(expected, fetched, 'unexplained'));
    return partition;
  }

  private drop(partition: AssignedPartition): void {
    partition.isOwned = false;
    const { consumer } = this.planOf(partition.topic).handler;
    this.counts.get(consumer)!.abandoned += partition.ledger.unsettled;
    this.budget.remove(partition.ledger.unsettled, partition.bufferedBytes);
    this.workers.get(consumer)!.abort(partition);
  }

  private applyPressure(partition: AssignedPartition, always = false): void {
    const { topic, partition: number, ledger, bufferedBytes, aheadBytes, isPaused } = partition;
    const { depth, unsettled: bufferedRecords } = ledger;
    const paused = shouldBePaused(
      { isPaused, depth, bufferedRecords, bufferedBytes, aheadBytes },
      {
        window: this.planOf(topic).partitionWindow,
        groupRecords: this.share.bufferedRecords,
        groupBytes: this.share.bufferedBytes,
        aheadBytes: METADATA_LIMIT,
      },
    );
    if (paused === isPaused && !always) return;
    partition.isPaused = paused;
    if (paused) this.control!.pause(topic, number);
    else this.control!.resume(topic, number);
  }

  private pump(): void {
    for (const { window } of this.workers.values()) window.pump();
  }
}
