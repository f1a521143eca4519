import type { OutgoingRecord, PublishedPlace } from './outgoing-record.js';

/** A record that is to be published. */
export interface Publication {
  /** Largest first: a smaller one is for a topic that refuses those before it for their size. */
  readonly forms: readonly (() => OutgoingRecord)[];
  /** Told each time its topic does not take it. */
  readonly refused?: (error: Error) => void;
  /** Told once that it stands in its topic. */
  readonly placed?: (place: PublishedPlace) => void;
}

/** Takes what a record's transaction is to publish together with the record's offset. */
export interface Outbox {
  /** Takes the place of what was put before. */
  put(publications: readonly Publication[]): void;
}
