import { Injectable } from '@nestjs/common';
import { FailurePort } from '../kafka/index.js';
import { describeError, RecordObserver } from '../observability/index.js';
import type {
  DeadLetterReason,
  Delivery,
  Failure,
  HandlerDescription,
  Outcome,
  Outlook,
  Verdict,
} from '../record/index.js';
import { Breakers, type Breaker } from './breaker/index.js';
import type { Classification } from './classification.js';
import { classify } from './classification.policy.js';
import { deadLetterForms } from './dead-letter-envelope.js';
import { decide, finalReason, type Decision, type RetryLadder } from './decision.policy.js';
import { causesOf } from './error-chain.policy.js';
import { FailureHistory } from './failure-history.js';
import { FailureSettings } from './failure-settings.js';
import { redriveCountOf } from './own-topics.js';
import { RetryMover } from './retry-mover.js';
import { SteadyPublisher } from './steady-publisher.js';
import { isContention } from './transient-codes.policy.js';

/**
 * The one place that judges failures and acts on them. The interceptors call it for what happens around a handler, the
 * transport for what escapes them; both get the same answer for the same failure.
 */
@Injectable()
export class FailureRouter extends FailurePort {
  private readonly histories = new WeakMap<Delivery, FailureHistory>();
  private readonly mover: RetryMover;

  constructor(
    private readonly settings: FailureSettings,
    private readonly publisher: SteadyPublisher,
    private readonly observer: RecordObserver,
    private readonly breakers: Breakers,
  ) {
    super();
    this.mover = new RetryMover(settings, publisher);
  }

  /** Judges a failed attempt and counts it on the delivery, unless it only waits for a dependency. */
  judge(delivery: Delivery, error: unknown): Decision {
    const classification = classify(error, this.settings.rulesOf(delivery.handler));
    const history = this.count(delivery, classification, error);
    const decision = this.decideFor(delivery, classification, history);
    const isHeld = this.isHeld(delivery, { classification, decision, error });
    if (isHeld) history.forget();
    else if (decision.kind === 'retry' && decision.isDelay === true) history.delaysUsed += 1;
    const final: Decision = isHeld ? { kind: 'hold' } : decision;
    this.observer.attemptFailed(delivery, error, final.kind, classification.kind);
    return final;
  }

  override outlook(delivery: Delivery, error: unknown): Outlook {
    const classification = classify(error, this.settings.rulesOf(delivery.handler));
    if (classification.kind === 'waiting') return { concerns: 'dependency', isLast: false };
    const history = this.histories.get(delivery)?.copy() ?? new FailureHistory();
    history.fail(classification, describeError(error).class);
    const { kind } = this.decideFor(delivery, classification, history);
    return {
      concerns: causesOf(error).some(isContention) ? 'transaction' : 'record',
      isLast: kind === 'dead-letter' || kind === 'retry-topic',
    };
  }

  /** What steps ask and tell about the failures of one handler; undefined where it is off. */
  breakerOf(handler: HandlerDescription): Breaker | undefined {
    return this.breakers.of(handler);
  }

  /** Why a record that will not be tried again becomes a dead letter. */
  reasonFor(delivery: Delivery, error: unknown): DeadLetterReason {
    return finalReason(classify(error, this.settings.rulesOf(delivery.handler)));
  }

  /**
   * Publishes the dead letter, however long its topic takes to answer, or leaves it to the delivery's transaction. Rejects
   * with `DeliveryAbandoned` alone.
   */
  async settle(delivery: Delivery, cause: DeadLetterReason, error: unknown): Promise<Outcome> {
    const { handler } = delivery;
    const topic = this.settings.deadLetterTopicOf(handler);
    const redrives = redriveCountOf(delivery);
    const isSpent = redrives > 0 && redrives >= this.settings.redriveLimitOf(handler);
    const reason = isSpent ? 'redrive-limit' : cause;
    const forms = deadLetterForms(topic, { delivery, reason, error, failedAt: new Date() });
    await this.publisher.publish(delivery, forms);
    return { kind: 'dead-lettered', topic, reason };
  }

  /** Publishes the record to that retry topic. Rejects with `DeliveryAbandoned` alone. */
  moveOn(delivery: Delivery, level: number): Promise<Outcome> {
    return this.mover.moveOn(delivery, level);
  }

  override stepAside(delivery: Delivery): Promise<Outcome> | undefined {
    return this.mover.stepAside(delivery);
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
      case 'hold':
        await this.breakerOf(delivery.handler)?.turnOf(delivery);
        return {
          kind: 'again',
          notBefore: Date.now(),
          countsAttempt: true,
          wait: { why: 'backoff' },
        };
      case 'retry-topic':
        return { kind: 'settled', outcome: await this.moveOn(delivery, decision.level) };
      case 'dead-letter': {
        const reason = stage === 'no-handler' ? 'no-handler' : decision.reason;
        return { kind: 'settled', outcome: await this.settle(delivery, reason, error) };
      }
    }
  }

  private decideFor(
    delivery: Delivery,
    classification: Classification,
    history: FailureHistory,
  ): Decision {
    return decide(classification, {
      retry: this.settings.retryOf(delivery.handler),
      ...this.ladderOf(delivery, history),
      failedAttempts: history.failed,
      failedAlike: history.failedAlike,
      elapsedMs: Date.now() - (delivery.firstFailedAt?.getTime() ?? Date.now()),
      waits: history.waits - 1,
      random: delivery.spread ?? Math.random(),
    });
  }

  private count(
    delivery: Delivery,
    classification: Classification,
    error: unknown,
  ): FailureHistory {
    const history = this.histories.get(delivery) ?? new FailureHistory();
    this.histories.set(delivery, history);
    if (classification.kind === 'waiting') {
      history.wait();
    } else {
      history.fail(classification, describeError(error).class);
      delivery.failedAttempts += 1;
      delivery.firstFailedAt ??= new Date();
    }
    return history;
  }

  /** What cannot pass says nothing of an outage; while the breaker is open nobody else tries again before its turn. */
  private isHeld(delivery: Delivery, { classification, decision, error }: Judged): boolean {
    const breaker = this.breakers.of(delivery.handler);
    if (breaker === undefined) return false;
    if (classification.kind === 'permanent' || classification.kind === 'waiting') {
      breaker.left(delivery);
      return false;
    }
    const isUsedUp = decision.kind === 'dead-letter' || decision.kind === 'retry-topic';
    return (isUsedUp || breaker.isOpen) && breaker.exhausted(delivery, error);
  }

  private ladderOf(
    { retryPath, handler }: Delivery,
    history: FailureHistory,
  ): { ladder?: RetryLadder } {
    if (retryPath === undefined) return {};
    const { level, wasTried } = retryPath;
    const delaysMs = this.settings.retryDelaysOf(handler);
    const delaysUsed = retryPath.delaysUsed + history.delaysUsed;
    return { ladder: { level, wasTried, delaysUsed, delaysMs } };
  }
}

interface Judged {
  readonly classification: Classification;
  readonly decision: Decision;
  readonly error: unknown;
}
