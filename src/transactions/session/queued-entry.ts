import type { TransactionEntry } from '../../kafka/index.js';
import type { OutgoingRecord, Publication } from '../../record/index.js';

/** A publication with the form of it that is sent. */
export class QueuedPublication {
  private form = 0;

  constructor(private readonly publication: Publication) {}

  /** Made anew each time: what it says of the present is to hold when it is sent. */
  record(): OutgoingRecord {
    return this.publication.forms[this.form]!();
  }

  /** Goes over to its next smaller form. False when there is none. */
  shrink(): boolean {
    if (this.form === this.publication.forms.length - 1) return false;
    this.form += 1;
    return true;
  }

  refused(error: Error): void {
    this.publication.refused?.(error);
  }

  placed(place: Parameters<NonNullable<Publication['placed']>>[0]): void {
    this.publication.placed?.(place);
  }
}

/** Key and value: what a request's size is made of. */
export function bytesOf({ key, value }: OutgoingRecord): number {
  return (key?.length ?? 0) + (value?.length ?? 0);
}

/** Why an entry cannot be part of a transaction now. */
export interface EntryWait {
  readonly dependency: string;
  readonly detail: string;
  /** Infinity: until it is told otherwise. */
  readonly until: number;
  readonly failures: number;
}

/** An entry on its way into a transaction. */
export class QueuedEntry {
  publications: readonly QueuedPublication[] = [];
  topics: readonly string[] = [];
  /** Of what it publishes, in the form that is sent next. */
  bytes = 0;
  wait: EntryWait | undefined;

  constructor(
    readonly entry: TransactionEntry,
    readonly since: number,
  ) {
    this.renew();
  }

  /** Its publications have become others. */
  renew(): void {
    this.wait = undefined;
    this.publications = this.entry.publications.map((one) => new QueuedPublication(one));
    const records = this.publications.map((one) => one.record());
    this.topics = [...new Set(records.map(({ topic }) => topic))];
    this.bytes = records.reduce((sum, record) => sum + bytesOf(record), 0);
  }
}
