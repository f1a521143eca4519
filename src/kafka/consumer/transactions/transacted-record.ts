import type { Outcome, Publication } from '../../../record/index.js';
import type { TransactionEntry } from '../../ports/index.js';
import type { RecordDelivery } from '../record-delivery.js';

export interface TransactedRecordEvents {
  /** What becomes of the record when its publications are refused. */
  refuse(delivery: RecordDelivery, error: Error): Promise<Outcome>;
  settled(outcome: Outcome): void;
}

/** A record that was handled, on its way through its partition's transactions. */
export class TransactedRecord implements TransactionEntry {
  publications: readonly Publication[];
  readonly sequence: number;
  readonly offset: number;
  readonly laneKey: string | null;

  constructor(
    private readonly delivery: RecordDelivery,
    private outcome: Outcome,
    private readonly events: TransactedRecordEvents,
  ) {
    const { tracked } = delivery;
    this.sequence = tracked.sequence;
    this.offset = tracked.record.offset;
    this.laneKey = tracked.laneKey;
    this.publications = delivery.published;
  }

  settled(): void {
    this.events.settled(this.outcome);
  }

  /** A dead letter that does not fit has nothing in its place: its topic has to take more. */
  async refused(error: Error): Promise<boolean> {
    if (this.outcome.kind === 'dead-lettered') return false;
    this.outcome = await this.events.refuse(this.delivery, error);
    this.publications = this.delivery.published;
    return true;
  }
}
