import { RecordTooLargeError, type ProducerFailure } from '../../kafka/index.js';
import { DependencyUnavailableError } from '../../record/index.js';
import { OutputRefusedError } from '../transactions.errors.js';
import type { EntryQueue } from './entry-queue.js';
import type { EntryWait, QueuedEntry } from './queued-entry.js';
import type { RequestPart } from './send-requests.js';
import type { SessionLogger } from './session-failures.js';

/** A missing topic is looked for again every 3 s. */
const TOPIC_RETRY = { firstMs: 250, longestMs: 3_000 };
/** A limit is raised by people; each try sends the whole record. */
const SIZE_RETRY = { firstMs: 1_000, longestMs: 30_000 };

/**
 * What becomes of records that brokers refuse, with the transaction they stood in aborted. A topic that takes nothing
 * keeps the entries that are for it waiting. A record that is too large goes on in its next smaller form; past the
 * smallest its entry is asked what is published instead, and waits where nothing is. All others go on.
 */
export class Refusals {
  constructor(
    private readonly queue: EntryQueue,
    private readonly logger: SessionLogger,
    /** Entries may go that could not before. */
    private readonly changed: () => void,
  ) {}

  /** Of a record that was sent alone. */
  refused(part: RequestPart, failure: ProducerFailure): void {
    if (failure.kind === 'topic') return this.topicRefused(part, failure);
    const { publication, record } = part;
    const isTooLarge = failure.kind === 'too-large';
    if (isTooLarge) publication.refused(new RecordTooLargeError(record.topic, undefined));
    if (isTooLarge && publication.shrink()) return;
    void this.replace(part, failure);
  }

  /** The entries' transaction is committed: what they waited for is there. */
  settled(entries: readonly QueuedEntry[]): void {
    const topics = [...new Set(entries.flatMap((entry) => entry.topics))];
    const waited = topics.filter((topic) => this.queue.waitOf(topic) !== undefined);
    for (const topic of waited) this.logger.log('records are published again', { topic });
    if (waited.length > 0 || entries.some(({ wait }) => wait !== undefined)) {
      this.queue.release(waited);
    }
  }

  private topicRefused({ publication, record }: RequestPart, { type }: ProducerFailure): void {
    const { topic } = record;
    const dependency = `topic ${topic}`;
    const detail = `cannot publish to ${topic}: ${type}`;
    const known = this.queue.waitOf(topic);
    const context = { topic };
    publication.refused(new DependencyUnavailableError(dependency, detail, { context }));
    if (known === undefined) {
      this.logger.warn('records wait for their topic', { topic, reason: type });
    }
    this.queue.topicFails(topic, waitAfter(known, TOPIC_RETRY, { dependency, detail }));
  }

  private async replace({ entry, record }: RequestPart, failure: ProducerFailure): Promise<void> {
    const { topic } = record;
    const { wait: last } = entry;
    const setting = `max.message.bytes of ${topic}`;
    const detail =
      failure.kind === 'too-large'
        ? `a record is larger than ${topic} takes: raise ${setting}`
        : `${topic} refuses a record: ${failure.type}`;
    const dependency = `topic ${topic}, max.message.bytes`;
    entry.wait = { dependency, detail, until: Number.POSITIVE_INFINITY, failures: 0 };
    const isReplaced = await entry.entry
      .refused(new OutputRefusedError(detail, { context: { topic } }))
      .catch(() => false);
    if (isReplaced) entry.renew();
    else {
      if (last === undefined) this.logger.error(`the record waits: ${detail}`);
      entry.wait = waitAfter(last, SIZE_RETRY, { dependency, detail });
    }
    this.queue.release();
    this.changed();
  }
}

function waitAfter(
  last: EntryWait | undefined,
  { firstMs, longestMs }: { readonly firstMs: number; readonly longestMs: number },
  wait: Pick<EntryWait, 'dependency' | 'detail'>,
): EntryWait {
  const failures = (last?.failures ?? 0) + 1;
  const delayMs = Math.min(longestMs, firstMs * 2 ** (failures - 1));
  return { ...wait, until: performance.now() + delayMs, failures };
}
