import type { Delivery, HandlerDescription, RecordOrigin, Wait } from '../../record/index.js';
import type { KafkaRecord } from '../../record/index.js';
import type { Suspensions } from './scheduling/suspensions.js';
import type { TrackedRecord } from './tracked-record.js';

/** One record's delivery to its handler, over all its attempts. */
export class RecordDelivery implements Delivery {
  value: unknown = undefined;
  attempt = 1;
  failedAttempts = 0;
  firstFailedAt: Date | undefined;
  private controller: AbortController | undefined;

  constructor(
    readonly tracked: TrackedRecord,
    readonly handler: HandlerDescription,
    private readonly suspensions: Suspensions,
  ) {}

  get record(): KafkaRecord {
    return this.tracked.record;
  }

  get origin(): RecordOrigin {
    return this.tracked.record;
  }

  get assignmentEpoch(): number {
    return this.tracked.partition.epoch;
  }

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (!this.tracked.partition.isOwned) this.controller.abort();
    return this.controller.signal;
  }

  suspend(until: number, wait: Wait): Promise<void> {
    return this.suspensions.suspend(this.tracked, until, wait);
  }

  /** The partition is no longer ours: a handler that listens may stop early. */
  abort(): void {
    this.controller?.abort();
  }
}
