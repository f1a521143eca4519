import type { LogReset, RecordObserver, SkippedOffsets } from '../../observability/index.js';
import type { FetchedBatch } from '../client/index.js';
import type { AssignedPartition } from './assigned-partition.js';
import type { PartitionTable } from './assignment/index.js';
import type { Fetching } from './fetching.js';
import { placeIn, type GroupPlan } from './group-plan.js';
import { skippedRange } from './offset-reset.policy.js';
import type { RecordCounts } from './record-counts.js';

export interface PositionsOf {
  readonly plan: GroupPlan;
  readonly table: PartitionTable;
  readonly fetching: Fetching;
  readonly observer: RecordObserver;
  /** By topic. */
  readonly counts: ReadonlyMap<string, RecordCounts>;
  /** Takes what is pending of a partition back. */
  drop(partition: AssignedPartition): void;
}

/** Where partitions are read, when that is not where the last batch ended. What is passed over is counted and said. */
export class LogPositions {
  private reopened: (partition: AssignedPartition) => void = () => undefined;

  constructor(private readonly group: PositionsOf) {}

  /** Has the listener, the last one, told of each partition that begins anew. */
  onReopen(listener: (partition: AssignedPartition) => void): void {
    this.reopened = listener;
  }

  get table(): PartitionTable {
    return this.group.table;
  }

  /** Compares where a batch begins with what was expected, and returns the partition that takes it. */
  check(partition: AssignedPartition, batch: FetchedBatch): AssignedPartition {
    const finding = partition.examine(batch);
    if (finding.kind === 'expected') return partition;
    partition.disinherit();
    const { expected, fetched } = finding;
    if (finding.kind === 'log-reset') {
      const reopened = this.reopen(partition, { expected, start: fetched });
      // It is not read before it is prepared, and no commit of the log before says where.
      if (!reopened.isPrepared) reopened.advanceTo(fetched);
      return reopened;
    }
    this.skip(partition, skippedRange(expected, fetched, 'unexplained'));
    return partition;
  }

  /** Goes on at that position, which is committed once what was read before it is settled. */
  relocate(partition: AssignedPartition, position: number): void {
    const { fetching } = this.group;
    partition.advanceTo(position);
    fetching.seek(partition.topic, partition.partition, position);
    fetching.applyPressure(partition, true);
  }

  /** Gives up what is pending of a partition whose session is over: it is to be prepared anew. */
  restart(partition: AssignedPartition): AssignedPartition {
    const { table, fetching } = this.group;
    this.group.drop(partition);
    const restarted = table.reopen(partition);
    fetching.applyPressure(restarted, true);
    return restarted;
  }

  /** Reads on from where it stands, or where the fetch loop itself begins. */
  goOn(partition: AssignedPartition): void {
    const { fetching } = this.group;
    const { topic, partition: number, nextFetchOffset } = partition;
    if (nextFetchOffset !== undefined) fetching.seek(topic, number, nextFetchOffset);
    fetching.applyPressure(partition, true);
  }

  /** Gives up what is known of a partition whose log starts anew. */
  reopen(partition: AssignedPartition, log: LogReset): AssignedPartition {
    const { plan, counts, observer, table, fetching } = this.group;
    const place = placeIn(plan, partition);
    counts.get(place.topic)!.logResets += 1;
    observer.logReset(place, log);
    this.group.drop(partition);
    const reopened = table.reopen(partition);
    fetching.applyPressure(reopened, true);
    this.reopened(reopened);
    return reopened;
  }

  /** Counts and says what the group will never read. */
  skip(partition: AssignedPartition, skipped: SkippedOffsets): void {
    const place = placeIn(this.group.plan, partition);
    this.group.counts.get(place.topic)!.skippedOffsets += skipped.count;
    this.group.observer.offsetsSkipped(place, skipped);
  }
}
