import { partitionName } from '../../../record/index.js';
import type { Assignment, CommittedOffset, Membership } from '../../client/index.js';
import { AssignedPartition } from '../assigned-partition.js';
import type { Ordering } from '../ordering/index.js';

export interface Reassignment {
  /** Still ours with their ledgers: fetching goes on behind what was read. */
  readonly retained: readonly AssignedPartition[];
  readonly added: readonly AssignedPartition[];
  /** No longer ours; their pending records belong to whoever has them now, us included. */
  readonly lost: readonly AssignedPartition[];
}

/**
 * The partitions of this member. A ledger survives a rebalance only with the same member id and the very next
 * generation: any gap means that somebody else may have owned and committed the partition in between.
 */
export class PartitionTable {
  private readonly partitions = new Map<string, AssignedPartition>();
  private membership: Membership | undefined;
  private epoch = 0;

  constructor(private readonly orderingOf: (topic: string) => Ordering) {}

  get(topic: string, partition: number): AssignedPartition | undefined {
    return this.partitions.get(partitionName({ topic, partition }));
  }

  values(): IterableIterator<AssignedPartition> {
    return this.partitions.values();
  }

  assign(membership: Membership, assignment: Assignment): Reassignment {
    const mayRetain =
      this.membership?.memberId === membership.memberId &&
      membership.generation === this.membership.generation + 1;
    this.membership = membership;
    this.epoch += 1;
    const before = new Map(this.partitions);
    this.partitions.clear();
    const retained: AssignedPartition[] = [];
    const added: AssignedPartition[] = [];
    for (const [topic, numbers] of assignment) {
      for (const number of numbers) {
        const known = mayRetain
          ? before.get(partitionName({ topic, partition: number }))
          : undefined;
        const partition = known ?? this.open(topic, number);
        if (known !== undefined) before.delete(known.name);
        this.partitions.set(partition.name, partition);
        (known === undefined ? added : retained).push(partition);
      }
    }
    return { retained, added, lost: [...before.values()] };
  }

  /** The group's last commits were read, before the first fetch of a new assignment. */
  inherit(offsets: readonly CommittedOffset[]): void {
    for (const { topic, partition, nextOffset, metadata } of offsets) {
      this.get(topic, partition)?.inherit(nextOffset, metadata);
    }
  }

  /** Replaces a partition whose log has started anew. */
  reopen(partition: AssignedPartition): AssignedPartition {
    this.epoch += 1;
    const reopened = this.open(partition.topic, partition.partition);
    this.partitions.set(reopened.name, reopened);
    return reopened;
  }

  /** Empties the table and returns what was in it. */
  clear(): AssignedPartition[] {
    const lost = [...this.partitions.values()];
    this.partitions.clear();
    this.membership = undefined;
    return lost;
  }

  private open(topic: string, partition: number): AssignedPartition {
    return new AssignedPartition(topic, partition, this.epoch, this.orderingOf(topic));
  }
}
