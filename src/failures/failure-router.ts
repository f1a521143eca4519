import { Injectable, Logger } from '@nestjs/common';
import { FailurePort, RecordPublisher, type OutgoingRecord } from '../kafka/index.js';
import { RecordObserver } from '../observability/index.js';
import {
  DependencyUnavailableError,
  type DeadLetterReason,
  type Delivery,
  type Failure,
  type Outcome,
  type Verdict,
} from '../record/index.js';
import { backoffMs, type BackoffPolicy } from './backoff.policy.js';
import { classify } from './classification.policy.js';
import { toDeadLetter } from './dead-letter-envelope.js';
import { decide, finalReason, type Decision } from './decision.policy.js';
import { FailureSettings } from './failure-settings.js';

/** A missing topic is looked for again every 3 s. */
const PUBLISH_BACKOFF: BackoffPolicy = { initialMs: 250, multiplier: 2, maxMs: 3_000 };

/**
 * The one place that judges failures and acts on them. The interceptors call it for what happens around a handler, the
 * transport for what escapes them; both get the same answer for the same failure.
 */
@Injectable()
export class FailureRouter extends FailurePort {
  private readonly logger = new Logger(FailureRouter.name);
  private readonly waits = new WeakMap<Delivery, number>();
  private readonly failingTopics = new Set<string>();

  constructor(
    private readonly settings: FailureSettings,
    private readonly publisher: RecordPublisher,
    private readonly observer: RecordObserver,
  ) {
    super();
  }

  /** Judges a failed attempt and counts it on the delivery, unless it only waits for a dependency. */
  judge(delivery: Delivery, error: unknown): Decision {
    const classification = classify(error);
    const waits = this.waits.get(delivery) ?? 0;
    if (classification.kind === 'waiting') {
      this.waits.set(delivery, waits + 1);
    } else {
      this.waits.delete(delivery);
      delivery.failedAttempts += 1;
      delivery.firstFailedAt ??= new Date();
    }
    const decision = decide(classification, {
      retry: this.settings.retryOf(delivery.handler),
      failedAttempts: delivery.failedAttempts,
      waits,
      random: Math.random(),
    });
    this.observer.attemptFailed(delivery, error, decision.kind, classification.kind);
    return decision;
  }

  /** Why a record that will not be tried again becomes a dead letter. */
  reasonFor(error: unknown): DeadLetterReason {
    return finalReason(classify(error));
  }

  /** Publishes the dead letter, however long its topic takes to answer. Rejects with `DeliveryAbandoned` alone. */
  async settle(delivery: Delivery, reason: DeadLetterReason, error: unknown): Promise<Outcome> {
    const topic = this.settings.deadLetterTopicOf(delivery.handler);
    const deadLetter = toDeadLetter(topic, { delivery, reason, error, failedAt: new Date() });
    await this.publishUntilAcknowledged(delivery, deadLetter);
    return { kind: 'dead-lettered', topic, reason };
  }

  override async handle(delivery: Delivery, { stage, error }: Failure): Promise<Verdict> {
    const decision = this.judge(delivery, error);
    switch (decision.kind) {
      case 'wait': {
        const { dependency, detail, delayMs } = decision;
        const wait = { why: 'dependency', dependency, detail } as const;
        return { kind: 'again', notBefore: Date.now() + delayMs, countsAttempt: false, wait };
      }
      case 'retry': {
        const notBefore = Date.now() + decision.delayMs;
        return { kind: 'again', notBefore, countsAttempt: true, wait: { why: 'backoff' } };
      }
      case 'dead-letter': {
        const reason = stage === 'no-handler' ? 'no-handler' : decision.reason;
        return { kind: 'settled', outcome: await this.settle(delivery, reason, error) };
      }
    }
  }

  private async publishUntilAcknowledged(
    delivery: Delivery,
    deadLetter: OutgoingRecord,
  ): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      const error = await this.publish(deadLetter);
      this.sayOnce(deadLetter.topic, error);
      if (error === undefined) return;
      this.observer.deadLetterRefused(delivery, error);
      const until = Date.now() + backoffMs(PUBLISH_BACKOFF, failures, Math.random());
      const { dependency, message: detail } = error;
      await delivery.suspend(until, { why: 'dependency', dependency, detail });
    }
  }

  /** One line when a topic stops taking dead letters and one when it takes them again, not one for each record. */
  private sayOnce(topic: string, error: DependencyUnavailableError | undefined): void {
    const wasFailing = this.failingTopics.has(topic);
    if (wasFailing === (error !== undefined)) return;
    if (error === undefined) {
      this.failingTopics.delete(topic);
      this.logger.log('dead letters are published again', { topic });
    } else {
      this.failingTopics.add(topic);
      this.logger.warn('dead letters wait for their topic', { topic }, error);
    }
  }

  private async publish(record: OutgoingRecord): Promise<DependencyUnavailableError | undefined> {
    try {
      await this.publisher.publish(record);
      return undefined;
    } catch (error) {
      if (error instanceof DependencyUnavailableError) return error;
      const { topic } = record;
      return new DependencyUnavailableError(`topic ${topic}`, String(error), { cause: error });
    }
  }
}
