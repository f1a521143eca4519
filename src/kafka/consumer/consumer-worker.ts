import { DeliveryAbandoned, type Outcome } from '../../record/index.js';
import type { TopicPlan } from './group-plan.js';
import { RecordDelivery } from './record-delivery.js';
import { ConcurrencyWindow, Suspensions } from './scheduling/index.js';
import type { TrackedRecord } from './tracked-record.js';

export interface WorkerEvents {
  mayStart(): boolean;
  /** The record's outcome is durable. */
  settled(delivery: RecordDelivery, outcome: Outcome): void;
  /** The pipeline broke its promise and rejected: the record stays pending. */
  broken(delivery: RecordDelivery, error: unknown): void;
}

/** Runs one consumer's records: its window of slots, its suspended deliveries, and what is under way. */
export class ConsumerWorker {
  readonly window: ConcurrencyWindow<TrackedRecord>;
  readonly suspensions: Suspensions;
  private readonly underWay = new Set<RecordDelivery>();

  constructor(
    concurrency: number,
    private readonly planOf: (topic: string) => TopicPlan,
    private readonly events: WorkerEvents,
  ) {
    this.window = new ConcurrencyWindow<TrackedRecord>({
      concurrency,
      mayStart: () => this.events.mayStart(),
      start: (tracked) => this.start(tracked),
    });
    this.suspensions = new Suspensions(this.window);
  }

  /** The delivery that has been under way longest, suspended ones included. */
  get oldest(): RecordDelivery | undefined {
    return this.underWay.values().next().value;
  }

  /** Tells the handlers of a lost partition that nobody waits for them any more. */
  abort(partition: TrackedRecord['partition']): void {
    for (const delivery of this.underWay) {
      if (delivery.tracked.partition === partition) delivery.abort();
    }
    this.suspensions.abandon(partition);
  }

  private start(tracked: TrackedRecord): void {
    if (!tracked.partition.isOwned) {
      this.window.releaseSlot();
      return;
    }
    tracked.takeSlot();
    tracked.startedAt = performance.now();
    const plan = this.planOf(tracked.record.topic);
    const delivery = new RecordDelivery(tracked, plan.handler, this.suspensions);
    this.underWay.add(delivery);
    void this.handle(plan, delivery);
  }

  private async handle(plan: TopicPlan, delivery: RecordDelivery): Promise<void> {
    const { tracked } = delivery;
    try {
      const outcome = await plan.process(delivery);
      if (tracked.partition.isOwned) this.events.settled(delivery, outcome);
    } catch (error) {
      if (!(error instanceof DeliveryAbandoned)) this.events.broken(delivery, error);
    } finally {
      this.underWay.delete(delivery);
      if (tracked.holdsSlot) {
        tracked.giveSlot();
        this.window.releaseSlot();
      }
    }
  }
}
