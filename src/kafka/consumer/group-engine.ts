import { Logger } from '@nestjs/common';
import type { RecordObserver } from '../../observability/index.js';
import type { Assignment, FetchedBatch, Membership } from '../client/index.js';
import { Admissions } from './admissions.js';
import type { AssignedPartition } from './assigned-partition.js';
import { Lease, PartitionTable, type Reassignment } from './assignment/index.js';
import { BufferBudget } from './back-pressure/index.js';
import { ConsumerWorker } from './consumer-worker.js';
import type { RecordFlights } from './crashes/index.js';
import { Fetching, type FetchControl } from './fetching.js';
import { traitsOf, type GroupPlan, type GroupShare, type TopicPlan } from './group-plan.js';
import { LogPositions } from './log-positions.js';
import type { PartitionUnit } from './partition-unit.js';
import { noRecords, type RecordCounts } from './record-counts.js';
import { Settlements } from './settlements.js';
import type { TrackedRecord } from './tracked-record.js';

export interface EngineOptions {
  readonly sessionTimeoutMs: number;
  readonly observer: RecordObserver;
  readonly flights?: RecordFlights | undefined;
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
  /** By topic. */
  readonly counts = new Map<string, RecordCounts>();
  private readonly logger = new Logger(GroupEngine.name);
  readonly positions: LogPositions;
  private frozen = true;
  private readonly fetching: Fetching;
  private readonly admissions: Admissions;
  private readonly settlements: Settlements;

  constructor(
    readonly plan: GroupPlan,
    share: GroupShare,
    private readonly options: EngineOptions,
  ) {
    this.fetching = new Fetching(plan, share);
    this.lease = new Lease(options.sessionTimeoutMs);
    this.table = new PartitionTable((topic) => traitsOf(plan, topic));
    this.positions = new LogPositions({
      plan,
      table: this.table,
      fetching: this.fetching,
      observer: options.observer,
      counts: this.counts,
      drop: (partition) => this.drop(partition),
    });
    this.admissions = new Admissions((partition, ready) => {
      this.workerOf(partition).enqueueAll(ready);
      if (partition.isPaused) this.fetching.applyPressure(partition);
    });
    this.budget = new BufferBudget(share.bufferedRecords, share.bufferedBytes);
    this.settlements = new Settlements({
      budget: this.budget,
      fetching: this.fetching,
      observer: options.observer,
      counts: this.counts,
      planOf: (topic) => this.planOf(topic),
      workerOf: (partition) => this.workerOf(partition),
    });
    for (const [topic, { handler }] of plan.topics) {
      this.counts.set(topic, noRecords());
      if (this.workers.has(handler.consumer)) continue;
      this.workers.set(handler.consumer, this.createWorker(handler.consumer));
    }
  }

  attach(control: FetchControl): void {
    this.fetching.attach(control);
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

  /** The broker has counted us as a member since `sentAt` (performance.now) or later. */
  heartbeatAccepted(sentAt: number): void {
    const wasValid = this.lease.isValid;
    this.lease.renew(sentAt);
    if (!wasValid) this.pump();
  }

  /**
   * Takes over a new assignment: retained partitions go on behind what was read, revoked ones end what runs, lost ones
   * are dropped.
   */
  reassign(membership: Membership, assignment: Assignment): Reassignment {
    const reassignment = this.table.assign(membership, assignment);
    for (const partition of reassignment.lost) this.drop(partition);
    for (const partition of reassignment.revoked)
      this.workerOf(partition).abandonWaiting(partition);
    for (const partition of reassignment.reclaimed) this.restart(partition);
    for (const partition of reassignment.retained) {
      if (partition.nextFetchOffset === undefined) continue;
      this.fetching.seek(partition.topic, partition.partition, partition.nextFetchOffset);
    }
    this.fetching.shareAmong([...this.table.values()].filter(({ level }) => level > 0).length);
    // Pauses are derived: kafkajs keeps those of a run over its joins, also for partitions that left and came back.
    for (const partition of this.table.values()) this.fetching.applyPressure(partition, true);
    return reassignment;
  }

  /** Gives a draining partition up. False when it is not draining any more. */
  release(partition: AssignedPartition): boolean {
    if (!this.table.release(partition)) return false;
    this.drop(partition);
    return true;
  }

  /** Gives up every partition, uncommitted, and the right to start anything. */
  dropEverything(): void {
    this.lease.expire();
    for (const partition of this.table.clear()) this.drop(partition);
  }

  /** Pauses or resumes a partition after what its commits tell has changed. */
  reconsider(partition: AssignedPartition): void {
    if (partition.isOwned) this.fetching.applyPressure(partition);
  }

  /** Tracks a batch and starts what may start. False when the partition is not ours: nothing was taken. */
  take(batch: FetchedBatch): boolean {
    let partition = this.table.get(batch.topic, batch.partition);
    if (partition === undefined || this.frozen || !partition.isPrepared) return false;
    // More of a retry topic's batch would only wait: what is refused is fetched when there is room.
    if (partition.level > 0 && partition.isPaused) return false;
    partition = this.positions.check(partition, batch);
    if (!partition.isPrepared) return false;
    const { bufferedBytes, alreadySettled } = partition;
    const ready = partition.take(batch);
    const passedOver = partition.alreadySettled - alreadySettled;
    const received = batch.records.length - passedOver;
    const counts = this.counts.get(batch.topic)!;
    counts.received += received;
    counts.alreadySettled += passedOver;
    this.budget.add(received, partition.bufferedBytes - bufferedBytes);
    this.fetching.applyPressure(partition);
    const worker = this.workerOf(partition);
    worker.enqueueAll(ready);
    if (partition.isPaused || this.budget.isFull) worker.batches.review();
    this.admissions.renew(partition);
    return true;
  }

  /** A part of the log without records (transaction markers) was read. */
  advance(topic: string, partition: number, nextOffset: number): void {
    const owned = this.table.get(topic, partition);
    if (owned?.isPrepared === true) owned.advanceTo(nextOffset);
  }

  /** Resolves when the buffer has room again, heartbeating meanwhile; at once on a rebalance or a stop. */
  async hold(heartbeat: () => Promise<void>): Promise<void> {
    if (!this.frozen) await this.budget.hold(heartbeat);
  }

  /** It is known now which keys wait for a retry: what was held back for that goes on. */
  opened(unit: PartitionUnit): void {
    for (const partition of this.table.values()) {
      if (partition.unit === unit) this.admissions.renew(partition);
    }
  }

  /** Ends every wait for a dependency of a consumer. */
  wake(consumer: string, dependency: string): void {
    this.workers.get(consumer)?.suspensions.wake(dependency);
  }

  /** Ends every wait uncommitted: the records come again. */
  abandonSuspended(): void {
    for (const worker of this.workers.values()) worker.abandonWaiting();
  }

  private planOf(topic: string): TopicPlan {
    return this.plan.topics.get(topic)!;
  }

  private createWorker(consumer: string): ConsumerWorker {
    const plans = [...this.plan.topics.values()].filter(
      ({ handler }) => handler.consumer === consumer,
    );
    return new ConsumerWorker(plans, (topic) => this.planOf(topic), {
      flights: this.options.flights,
      mayStart: () => !this.frozen && this.lease.isValid,
      settled: (delivery, outcome) => this.settlements.settle(delivery, outcome),
      mayMoreCome: (partition) => !this.budget.isFull && !(partition as AssignedPartition).isPaused,
      broken: (delivery, error) => {
        const { topic, partition, offset } = delivery.record;
        const message = 'a policy rejected, which it must not; the record stays pending';
        this.logger.error(message, { topic, partition, offset }, error);
      },
      overdue: (delivery) => this.options.observer.handlerOverdue(delivery),
      cameLate: ({ record }) => (this.counts.get(record.topic)!.lateResults += 1),
      parked: (tracked) => this.park(tracked),
    });
  }

  private park(tracked: TrackedRecord): void {
    const partition = tracked.partition as AssignedPartition;
    if (!partition.isOwned) return this.leave(partition, tracked);
    partition.park(tracked);
    // It came back before this delivery had noticed that it was to end.
    if (!partition.isDraining) this.restart(partition);
  }

  private restart(partition: AssignedPartition): void {
    this.workerOf(partition).enqueueAll(partition.unpark());
  }

  /** A record of a lost partition gives its lane up to those that share it and are still ours. */
  private leave(partition: AssignedPartition, tracked: TrackedRecord): void {
    const next = partition.unit.lanes.release(tracked);
    if (next !== undefined) this.workerOf(partition).enqueueAll([next]);
  }

  private workerOf({ topic }: AssignedPartition): ConsumerWorker {
    return this.workers.get(this.planOf(topic).handler.consumer)!;
  }

  private drop(partition: AssignedPartition): void {
    partition.disown();
    void partition.session?.close();
    this.admissions.forget(partition);
    this.counts.get(partition.topic)!.abandoned += partition.ledger.unsettled;
    this.budget.remove(partition.ledger.unsettled, partition.bufferedBytes);
    this.workerOf(partition).abort(partition);
    const left = [...partition.unpark(), ...partition.lanesHeld];
    for (const tracked of left) this.leave(partition, tracked);
  }

  private pump(): void {
    for (const { window } of this.workers.values()) window.pump();
  }
}
