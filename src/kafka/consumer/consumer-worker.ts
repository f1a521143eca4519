import { DeliveryAbandoned, type Outcome } from '../../record/index.js';
import type { RecordFlights } from './crashes/index.js';
import type { BrakeStatus, StartBrake } from '../ports/index.js';
import { DeadlineWatch, HeldLanes, scanIntervalMs } from './deadlines/index.js';
import type { TopicPlan } from './group-plan.js';
import { RecordDelivery, type DeliverySurroundings } from './record-delivery.js';
import { overdueRecord, type BlockedRecord } from './heads/index.js';
import { ConcurrencyWindow, Suspensions, type SlotWatch } from './scheduling/index.js';
import type { RecordPartition, TrackedRecord } from './tracked-record.js';
import { WorkerBatches } from './worker-batches.js';

export interface WorkerEvents {
  /** Watches for a record that kills the process, where a crash journal is kept. */
  readonly flights?: RecordFlights | undefined;
  mayStart(): boolean;
  /** Whether more of the partition may be fetched before any of it settles. */
  mayMoreCome(partition: RecordPartition): boolean;
  /** The record's outcome is durable. */
  settled(delivery: RecordDelivery, outcome: Outcome): void;
  /** The pipeline broke its promise and rejected: the record stays pending. */
  broken(delivery: RecordDelivery, error: unknown): void;
  /** Its handler has not ended although its deadline and the grace have passed. Once for each attempt. */
  overdue(delivery: RecordDelivery): void;
  /** A handler that was given up has ended after all; its result is ignored. */
  cameLate(delivery: RecordDelivery): void;
  /** The record did not start, or ended without an outcome that counts, because its partition goes or went elsewhere. */
  parked(tracked: TrackedRecord): void;
}

/** Runs one consumer's records: its window of slots, its suspended deliveries, and what is under way. */
export class ConsumerWorker {
  readonly window: ConcurrencyWindow<TrackedRecord>;
  readonly suspensions: Suspensions;
  readonly batches: WorkerBatches;
  private readonly underWay = new Set<RecordDelivery>();
  private readonly heldLanes = new HeldLanes<TrackedRecord>();
  private readonly watch: DeadlineWatch;
  private readonly surroundings: DeliverySurroundings;
  private readonly brakes: readonly StartBrake[];

  /** `plans`: those of the consumer's topics, at least one. */
  constructor(
    plans: readonly TopicPlan[],
    private readonly planOf: (topic: string) => TopicPlan,
    private readonly events: WorkerEvents,
  ) {
    this.brakes = [...new Set(plans.flatMap(({ brake }) => brake ?? []))];
    this.window = new ConcurrencyWindow<TrackedRecord>({
      concurrency: plans[0]!.concurrency,
      mayStart: () => this.events.mayStart() && this.events.flights?.mayStart !== false,
      ...(this.brakes.length === 0 ? {} : { admitsNew: () => this.admitsNew() }),
      start: (tracked) => this.start(tracked),
    });
    this.batches = this.createBatches();
    this.suspensions = new Suspensions(this.window, this.slotWatch(plans));
    this.events.flights?.onFreed(() => this.window.pump());
    for (const brake of this.brakes) brake.onRelease(() => this.goOn());
    this.watch = new DeadlineWatch({
      intervalMs: Math.min(...plans.map(({ deadline }) => scanIntervalMs(deadline))),
      underWay: () => this.underWay,
    });
    this.surroundings = {
      suspensions: this.suspensions,
      now: () => this.watch.now(),
      gather: (delivery, member) => this.batches.gather(delivery, member),
      began: ({ tracked }) => this.events.flights?.began(tracked),
      slotFreed: ({ tracked }) => {
        this.events.flights?.ended(tracked);
        this.window.releaseSlot();
      },
      expired: (delivery) => {
        this.events.flights?.ended(delivery.tracked);
        this.openLane(delivery);
      },
      overdue: (delivery) => this.events.overdue(delivery),
      cameLate: (delivery) => this.events.cameLate(delivery),
    };
  }

  /** The delivery that has been under way longest, suspended ones included. */
  get oldest(): RecordDelivery | undefined {
    return this.underWay.values().next().value;
  }

  /** What holds its new records back. */
  get brake(): BrakeStatus | undefined {
    return this.brakes.flatMap((brake) => brake.status() ?? [])[0];
  }

  /** The delivery of the record at that offset of the partition, if it was started and has not ended. */
  deliveryAt(partition: TrackedRecord['partition'], offset: number): RecordDelivery | undefined {
    for (const delivery of this.underWay) {
      if (delivery.tracked.partition === partition && delivery.record.offset === offset)
        return delivery;
    }
    return undefined;
  }

  /** Handlers that have not ended although their deadline and the grace have passed. */
  overdue(): BlockedRecord[] {
    const now = this.watch.now();
    const found: BlockedRecord[] = [];
    for (const delivery of this.underWay) {
      if (delivery.isOverdue) found.push(overdueRecord(delivery, delivery.spentMs(now) ?? 0));
    }
    return found;
  }

  /** A record that nothing of its key is before. */
  enqueue(tracked: TrackedRecord): void {
    if (!this.holdBack(tracked)) this.window.enqueue(tracked);
  }

  /** The same for several, and starts what may start. */
  enqueueAll(entries: readonly TrackedRecord[]): void {
    for (const tracked of entries) this.enqueue(tracked);
    this.window.pump();
  }

  /** Tells the handlers of a lost partition that nobody waits for them any more. */
  abort(partition: TrackedRecord['partition']): void {
    for (const delivery of this.underWay) {
      if (delivery.tracked.partition !== partition) continue;
      if (!delivery.isExpired) this.heldLanes.hold(delivery.tracked);
      delivery.abort();
    }
    this.abandonWaiting(partition);
  }

  /** Ends what waits and has no handler, of a partition that is to go elsewhere or of all; handlers go on. */
  abandonWaiting(partition?: TrackedRecord['partition']): void {
    this.suspensions.abandon(partition);
    this.batches.letGo(partition);
  }

  private admitsNew(): boolean {
    return this.brakes.every((brake) => brake.admits());
  }

  private goOn(): void {
    this.suspensions.wakeHeld();
    this.window.pump();
  }

  private start(tracked: TrackedRecord): void {
    const { partition } = tracked;
    if (!partition.isOwned || partition.isDraining) {
      this.events.parked(tracked);
      this.window.releaseSlot();
      return;
    }
    const { batches } = this;
    if (this.heldLanes.park(tracked) || this.holdBack(tracked) || batches.holdBack(tracked)) {
      this.window.releaseSlot();
      return;
    }
    tracked.wasAbandoned = false;
    tracked.takeSlot();
    tracked.startedAt = performance.now();
    const plan = this.planOf(tracked.record.topic);
    const delivery = new RecordDelivery(tracked, plan.handler, plan.deadline, this.surroundings);
    const { flights } = this.events;
    flights?.began(tracked);
    delivery.refusal = flights?.refusalOf(tracked);
    this.underWay.add(delivery);
    batches.began(tracked);
    this.watch.wake();
    void this.handle(plan, delivery);
  }

  private async handle(plan: TopicPlan, delivery: RecordDelivery): Promise<void> {
    const { tracked } = delivery;
    try {
      const outcome = await plan.process(delivery);
      this.events.flights?.settled(tracked);
      if (tracked.partition.isOwned) this.events.settled(delivery, outcome);
      else this.events.parked(tracked);
    } catch (error) {
      if (!tracked.partition.isOwned) this.events.parked(tracked);
      else if (!(error instanceof DeliveryAbandoned)) this.events.broken(delivery, error);
      else if (tracked.wasAbandoned) this.events.parked(tracked);
    } finally {
      this.underWay.delete(delivery);
      this.openLane(delivery);
      if (tracked.holdsSlot) {
        const hadItsOwn = tracked.giveSlot();
        this.events.flights?.ended(tracked);
        if (hadItsOwn) this.window.releaseSlot();
      }
      this.batches.ended(tracked);
    }
  }

  /** True when the record is to run alone: it starts when nothing else of the process runs. */
  private holdBack(tracked: TrackedRecord): boolean {
    const { flights } = this.events;
    return flights?.holdBack(tracked, () => this.startAlone(tracked)) === true;
  }

  private startAlone(tracked: TrackedRecord): void {
    if (this.events.mayStart()) this.window.startNow(tracked);
    else this.window.enqueue(tracked);
  }

  private createBatches(): WorkerBatches {
    const { flights } = this.events;
    return new WorkerBatches({
      window: this.window,
      flights,
      limitsOf: (topic) => this.planOf(topic).batch,
      mayStart: () => this.events.mayStart(),
      isBraked: () => this.brake !== undefined,
      mayMoreCome: (partition) => this.events.mayMoreCome(partition),
    });
  }

  /** Undefined where nobody has to know who has a slot. */
  private slotWatch(plans: readonly TopicPlan[]): SlotWatch | undefined {
    const { flights } = this.events;
    if (flights === undefined && plans.every(({ batch }) => batch === undefined)) return undefined;
    return {
      began: (tracked) => {
        flights?.began(tracked);
        this.batches.expect(tracked);
      },
      ended: (tracked) => {
        flights?.ended(tracked);
        this.batches.left(tracked);
      },
      holdBack: (tracked, begin) => flights?.holdBack(tracked, begin) === true,
      mayStart: () => this.events.mayStart(),
    };
  }

  /** What waited for a handler that outlived its partition may run now. */
  private openLane({ tracked }: RecordDelivery): void {
    const entries = this.heldLanes.release(tracked);
    if (entries.length === 0) return;
    this.enqueueAll(entries);
  }
}
