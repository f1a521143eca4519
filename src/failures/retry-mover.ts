import type { Delivery, Outcome } from '../record/index.js';
import type { FailureSettings } from './failure-settings.js';
import { retryTopicOf } from './group-topics.js';
import { toRetryRecord, type RetryWait } from './retry-envelope.js';
import type { SteadyPublisher } from './steady-publisher.js';

/** Puts records on retry topics, acknowledged by all in-sync replicas before they count as settled. */
export class RetryMover {
  constructor(
    private readonly settings: FailureSettings,
    private readonly publisher: SteadyPublisher,
  ) {}

  /** To that level, to be tried when its delay has passed. Rejects with `DeliveryAbandoned` alone. */
  moveOn(delivery: Delivery, level: number): Promise<Outcome> {
    const delayMs = this.settings.retryDelaysOf(delivery.handler)[level - 1] ?? 0;
    const delaysUsed = (delivery.retryPath?.delaysUsed ?? 0) + 1;
    return this.publish(delivery, level, { delayMs, delaysUsed });
  }

  /** What becomes of a record whose key waits on a level above; undefined when it does not. */
  stepAside(delivery: Delivery): Promise<Outcome> | undefined {
    const turn = delivery.retryPath?.turn();
    switch (turn?.kind) {
      case undefined:
      case 'now':
        return undefined;
      case 'gone':
        return Promise.resolve({
          kind: 'retried',
          topic: retryTopicOf(delivery.handler, turn.level),
        });
      case 'behind':
        // Due at once: it stands behind the one that it waits for, and no record passes another one there.
        return this.publish(delivery, turn.level, {
          delayMs: 0,
          delaysUsed: delivery.retryPath!.delaysUsed,
        });
    }
  }

  private async publish(delivery: Delivery, level: number, wait: RetryWait): Promise<Outcome> {
    const { handler } = delivery;
    const topic = retryTopicOf(handler, level);
    const keepsPartition = this.settings.retryOrderOf(handler) === 'block';
    const record = () => ({ ...toRetryRecord(topic, delivery, wait), keepsPartition });
    const forms = [record, () => ({ ...record(), isCompressed: true })];
    const refused = (): void => undefined;
    await this.publisher.publish(delivery, forms, refused, ({ offset }) =>
      delivery.retryPath?.movedTo(level, offset),
    );
    return { kind: 'retried', topic };
  }
}
