import { AsyncLocalStorage } from 'node:async_hooks';
import type { OutgoingRecord, PublishedPlace } from '../../../src/record/index.js';

/** Stands in for `RecordPublisher`: acknowledges at once, and keeps what was published. */
export class KeptPublications {
  private count = 0;
  private readonly kept = new AsyncLocalStorage<OutgoingRecord[]>();

  /** Runs the work, and keeps in the list what it publishes, it and no other. */
  during<Result>(list: OutgoingRecord[], work: () => Result): Result {
    return this.kept.run(list, work);
  }

  publish(record: OutgoingRecord): Promise<PublishedPlace> {
    this.kept.getStore()?.push(record);
    this.count += 1;
    return Promise.resolve({ partition: record.partition ?? 0, offset: this.count - 1 });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  onApplicationShutdown(): void {
    // Nothing is open.
  }
}
