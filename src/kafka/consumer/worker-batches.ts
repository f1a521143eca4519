import type { Outcome } from '../../record/index.js';
import { PartitionBatches, type BatchLimits, type BatchMember } from '../batches/index.js';
import type { RecordFlights } from './crashes/index.js';
import type { RecordDelivery } from './record-delivery.js';
import type { ConcurrencyWindow } from './scheduling/index.js';
import type { RecordPartition, TrackedRecord } from './tracked-record.js';

export interface WorkerBatchesOptions {
  readonly window: ConcurrencyWindow<TrackedRecord>;
  readonly flights: RecordFlights | undefined;
  /** Undefined where records of the topic are handled one by one. */
  readonly limitsOf: (topic: string) => BatchLimits | undefined;
  readonly mayStart: () => boolean;
  /** Whether new records are held back for the failures of others. */
  readonly isBraked: () => boolean;
  /** Whether more of the partition may be fetched before any of it settles. */
  readonly mayMoreCome: (partition: RecordPartition) => boolean;
}

/** The batches of one consumer's partitions, within its window: what is gathered has no slot, a run has one. */
export class WorkerBatches {
  private readonly partitions = new Map<RecordPartition, PartitionBatches>();

  constructor(private readonly options: WorkerBatchesOptions) {}

  /** The record has its slot and is on its way to its handler. */
  expect(tracked: TrackedRecord): void {
    const limits = this.options.limitsOf(tracked.record.topic);
    if (limits === undefined) return;
    const { partition, record } = tracked;
    const batches = this.partitions.get(partition) ?? this.create(partition, limits);
    this.partitions.set(partition, batches);
    batches.expect(tracked, record.offset);
  }

  /** The record has ended or waits: nothing goes on waiting for it. */
  left(tracked: TrackedRecord): void {
    const { partition } = tracked;
    const batches = this.partitions.get(partition);
    if (batches === undefined) return;
    batches.expectNoMore(tracked);
    if (partition.running === 0) batches.review();
    if (!partition.isOwned && batches.isIdle) this.partitions.delete(partition);
  }

  /** Resolves or rejects when the batch that it goes with has come to its end. */
  async gather({ tracked }: RecordDelivery, member: BatchMember): Promise<Outcome> {
    const { partition } = tracked;
    const { flights, window } = this.options;
    if (!isOpen(partition)) throw member.delivery.abandoned();
    if (flights?.isAlone(tracked) === true) {
      await member.run([member], () => true);
      return member.ended;
    }
    // What may run now although others are held back is to run by itself.
    if (this.options.isBraked()) member.company = { awaited: 1 };
    tracked.giveSlot();
    flights?.ended(tracked);
    this.partitions.get(partition)!.add(member, tracked);
    window.releaseSlot();
    return member.ended;
  }

  /** Looks again at what waits for more of its partition. */
  review(): void {
    for (const batches of this.partitions.values()) batches.review();
  }

  /** Lets everything go that has not started, of that partition or of all. */
  letGo(partition?: RecordPartition): void {
    for (const [own, batches] of this.partitions) {
      if (partition === undefined || own === partition) batches.letGo();
      if (!own.isOwned && batches.isIdle) this.partitions.delete(own);
    }
  }

  private create(partition: RecordPartition, limits: BatchLimits): PartitionBatches {
    const { window, isBraked, mayStart, mayMoreCome } = this.options;
    const mayGoOn = (): boolean => isOpen(partition) && mayStart() && !isBraked();
    return new PartitionBatches({
      limits,
      isOpen: () => isOpen(partition),
      isBraked,
      // What is still to settle makes room for more.
      mayMoreCome: () => window.waiting > 0 || partition.running > 0 || mayMoreCome(partition),
      askSlot: (taker) => window.resume(taker),
      releaseSlot: () => window.releaseSlot(),
      run: (members) => members[0]!.run(members, mayGoOn),
    });
  }
}

function isOpen(partition: RecordPartition): boolean {
  return partition.isOwned && !partition.isDraining;
}
