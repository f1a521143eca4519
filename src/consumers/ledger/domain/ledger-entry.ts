import type { Amount } from '../../../values/index.js';

/** Where in Kafka something stands. */
export interface SourcePlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** What an agent owes for one use, and the record that says so. Each such record is one entry. */
export interface LedgerEntry {
  readonly entryId: string;
  readonly agentId: string;
  readonly amount: Amount;
  readonly currency: string;
  /** As the event says it. */
  readonly occurredAt: string;
  readonly source: SourcePlace;
}
