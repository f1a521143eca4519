import { Injectable, Logger } from '@nestjs/common';
import {
  RecordPublisher,
  RecordTooLargeError,
  type OutgoingRecord,
  type PublishedPlace,
} from '../kafka/index.js';
import { RecordObserver } from '../observability/index.js';
import { DependencyUnavailableError, partitionName, type Delivery } from '../record/index.js';
import { backoffMs, type BackoffPolicy } from './backoff.policy.js';

/** A missing topic is looked for again every 3 s. */
const PUBLISH_BACKOFF: BackoffPolicy = { initialMs: 250, multiplier: 2, maxMs: 3_000 };
/** A limit is raised by people; each try sends the whole record. */
const TOO_LARGE_BACKOFF: BackoffPolicy = { initialMs: 1_000, multiplier: 2, maxMs: 30_000 };

/**
 * Publishes what becomes of a record, however long its topic takes: the delivery waits meanwhile, without a slot. A
 * record that its topic refuses for its size is sent in its next smaller form; past the smallest it waits by itself,
 * named with the setting to change, and others of the topic go on.
 */
@Injectable()
export class SteadyPublisher {
  private readonly logger = new Logger('FailureRouter');
  private readonly failingTopics = new Set<string>();

  constructor(
    private readonly publisher: RecordPublisher,
    private readonly observer: RecordObserver,
  ) {}

  /**
   * Resolves when one of the forms, largest first, is acknowledged, or when the delivery's transaction has it to publish.
   * `refused` is told each time none is, `placed` where it stands at last. Rejects with `DeliveryAbandoned` alone.
   */
  async publish(
    delivery: Delivery,
    forms: readonly (() => OutgoingRecord)[],
    refused = (error: Error): void => this.observer.deadLetterRefused(delivery, error),
    placed: (place: PublishedPlace) => void = () => undefined,
  ): Promise<void> {
    if (delivery.outbox === undefined) placed(await this.untilTaken(delivery, forms, refused));
    else delivery.outbox.put([{ forms, refused, placed }]);
  }

  private async untilTaken(
    delivery: Delivery,
    forms: readonly (() => OutgoingRecord)[],
    refused: (error: Error) => void,
  ): Promise<PublishedPlace> {
    let form = 0;
    for (let failures = 0; ;) {
      const record = forms[form]!();
      const published = await this.attempt(record);
      if (!(published instanceof Error)) {
        this.sayOnce(record.topic, undefined);
        return published;
      }
      const error = published;
      refused(error);
      if (error instanceof RecordTooLargeError) {
        this.sayOnce(record.topic, undefined);
        if (form < forms.length - 1) {
          form += 1;
          continue;
        }
        await this.waitForRoom(delivery, error, failures);
      } else {
        this.sayOnce(record.topic, error);
        await suspend(delivery, error, backoffMs(PUBLISH_BACKOFF, failures, Math.random()));
      }
      failures += 1;
    }
  }

  private async waitForRoom(
    delivery: Delivery,
    error: RecordTooLargeError,
    failures: number,
  ): Promise<void> {
    const { topic } = error;
    const record = `${partitionName(delivery.record)}@${delivery.record.offset}`;
    const detail = `${record} is larger than ${topic} takes: raise max.message.bytes of ${topic}`;
    if (failures === 0) this.logger.error(`the record waits: ${detail}`);
    const dependency = `topic ${topic}, max.message.bytes`;
    const named = new DependencyUnavailableError(dependency, detail, { cause: error });
    await suspend(delivery, named, backoffMs(TOO_LARGE_BACKOFF, failures, Math.random()));
  }

  /** One line when a topic stops taking records and one when it takes them again, not one for each record. */
  private sayOnce(topic: string, error: DependencyUnavailableError | undefined): void {
    const wasFailing = this.failingTopics.has(topic);
    if (wasFailing === (error !== undefined)) return;
    if (error === undefined) {
      this.failingTopics.delete(topic);
      this.logger.log('records are published again', { topic });
    } else {
      this.failingTopics.add(topic);
      this.logger.warn('records wait for their topic', { topic }, error);
    }
  }

  private async attempt(
    record: OutgoingRecord,
  ): Promise<PublishedPlace | DependencyUnavailableError> {
    try {
      return await this.publisher.publish(record);
    } catch (error) {
      if (error instanceof DependencyUnavailableError) return error;
      const { topic } = record;
      return new DependencyUnavailableError(`topic ${topic}`, String(error), { cause: error });
    }
  }
}

async function suspend(
  delivery: Delivery,
  { dependency, message: detail }: DependencyUnavailableError,
  delayMs: number,
): Promise<void> {
  await delivery.suspend(Date.now() + delayMs, { why: 'dependency', dependency, detail });
}
