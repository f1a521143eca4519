import type { Outcome } from '../../record/index.js';
import { PartitionBatches, type BatchLimits, type BatchMember } from '../batches/index.js';
import type { RecordFlights } from './crashes/index.js';
import type { RecordDelivery } from './record-delivery.js';
import { HeldStarts, type ConcurrencyWindow } from './scheduling/index.js';
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

/** What a started record holds until it has ended: a delivery with its value, a few kilobytes. */
const MOST_STARTED = 10_000;

interface PartitionRecords {
  readonly limits: BatchLimits;
  readonly batches: PartitionBatches;
  held: HeldStarts<TrackedRecord>;
  /** Those that have started and not ended, waiting ones included. */
  started: number;
}

/** The batches of one consumer's partitions, within its window: what is gathered has no slot, a run has one. */
export class WorkerBatches {
  private readonly partitions = new Map<RecordPartition, PartitionRecords>();
  private started = 0;

  constructor(private readonly options: WorkerBatchesOptions) {}

  /**
   * True when it starts later. A partition starts what makes its next two batches, so that a backlog costs no more memory
   * than its bytes; while very many of the consumer wait for another try, it starts nothing beyond them.
   */
  holdBack(tracked: TrackedRecord): boolean {
    const records = this.recordsOf(tracked);
    if (records === undefined) return false;
    if (this.options.flights?.isAlone(tracked) === true) return records.held.forget(tracked);
    return records.held.holdBack(tracked, this.hasRoom(records));
  }

  /** The record has started, with a slot. */
  began(tracked: TrackedRecord): void {
    const records = this.recordsOf(tracked);
    if (records === undefined) return;
    records.started += 1;
    this.started += 1;
    this.expect(tracked);
  }

  /** The record has its slot and is on its way to its handler. */
  expect(tracked: TrackedRecord): void {
    this.recordsOf(tracked)?.batches.expect(tracked, tracked.record.offset);
  }

  /** The record waits: nothing goes on waiting for it. */
  left(tracked: TrackedRecord): void {
    const { partition } = tracked;
    const records = this.partitions.get(partition);
    if (records === undefined) return;
    records.batches.expectNoMore(tracked);
    this.startMore(records);
    if (partition.running === 0) records.batches.review();
    this.forgetIdle(partition, records);
  }

  /** The record has ended. */
  ended(tracked: TrackedRecord): void {
    const records = this.partitions.get(tracked.partition);
    if (records === undefined) return;
    const wereTooMany = this.started >= MOST_STARTED;
    records.started -= 1;
    this.started -= 1;
    this.left(tracked);
    if (wereTooMany) for (const other of this.partitions.values()) this.startMore(other);
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
    this.partitions.get(partition)!.batches.add(member, tracked);
    window.releaseSlot();
    return member.ended;
  }

  /** Looks again at what waits for more of its partition. */
  review(): void {
    for (const { batches } of this.partitions.values()) batches.review();
  }

  /** Lets everything go that has not started, of that partition or of all. */
  letGo(partition?: RecordPartition): void {
    for (const [own, records] of this.partitions) {
      if (partition !== undefined && own !== partition) continue;
      records.batches.letGo();
      this.handBack(records);
      this.forgetIdle(own, records);
    }
  }

  /** What is held comes up to start, and finds that its partition does not. */
  private handBack(records: PartitionRecords): void {
    const { held } = records;
    records.held = new HeldStarts();
    for (let next = held.next(); next !== undefined; next = held.next()) {
      this.options.window.enqueue(next);
    }
    this.options.window.pump();
  }

  private startMore(records: PartitionRecords): void {
    const { held } = records;
    if (held.size === held.coming) return;
    while (this.hasRoom(records)) {
      const next = held.next();
      if (next === undefined) break;
      this.options.window.enqueue(next);
    }
    this.options.window.pump();
  }

  private hasRoom({ batches, held, limits, started }: PartitionRecords): boolean {
    const use = 2 * limits.maxRecords;
    if (batches.active + held.coming >= use) return false;
    return started < use || this.started < MOST_STARTED;
  }

  private recordsOf({ partition, record }: TrackedRecord): PartitionRecords | undefined {
    const known = this.partitions.get(partition);
    if (known !== undefined) return known;
    const limits = this.options.limitsOf(record.topic);
    if (limits === undefined) return undefined;
    const batches = this.create(partition, limits);
    const records = { limits, batches, held: new HeldStarts<TrackedRecord>(), started: 0 };
    this.partitions.set(partition, records);
    return records;
  }

  private forgetIdle(partition: RecordPartition, { batches, started }: PartitionRecords): void {
    if (!partition.isOwned && started === 0 && batches.isIdle) this.partitions.delete(partition);
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
      releaseSlot: () => {
        window.releaseSlot();
        this.startMore(this.partitions.get(partition)!);
      },
      run: (members) => members[0]!.run(members, mayGoOn),
    });
  }
}

function isOpen(partition: RecordPartition): boolean {
  return partition.isOwned && !partition.isDraining;
}
