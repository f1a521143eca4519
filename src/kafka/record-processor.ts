import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  composeSteps,
  DeliveryAbandoned,
  type DeliveryStep,
  type Failure,
  type Outcome,
} from '../record/index.js';
import { BatchHandler } from './batch-handler.js';
import type { TopicPlan } from './consumer/group-plan.js';
import type { RecordDelivery } from './consumer/record-delivery.js';
import type { BoundHandler } from './handlers/index.js';
import { invoke } from './invocation.js';
import { DeliveryPolicies, FailurePort } from './ports/index.js';
import { RecordValues } from './record-values.js';

/**
 * Takes one delivery from bytes to a durable outcome: decoded, through the policies around Nest's callback, and whatever
 * escapes them through the failure port. Its promise resolves with that outcome and rejects with `DeliveryAbandoned`
 * alone.
 */
@Injectable()
export class RecordProcessor {
  constructor(
    private readonly values: RecordValues,
    private readonly failures: FailurePort,
    private readonly policies: DeliveryPolicies,
  ) {}

  /** Composes a handler's path once, at start. */
  compose(handler: BoundHandler): (delivery: RecordDelivery) => Promise<Outcome> {
    const steps: readonly DeliveryStep[] = this.policies.stepsFor(handler.description);
    const transactions = this.policies.transactionsFor(handler.description);
    const attempt = composeSteps(steps, this.innermost(handler));
    const process = (delivery: RecordDelivery) => this.process(attempt, delivery);
    return transactions === undefined
      ? process
      : async (delivery) => {
          const outcome = await process(delivery);
          // Keeps its slot until then: what handlers return stays in memory until it is committed.
          await delivery.tracked.partition.session?.room();
          return outcome;
        };
  }

  private innermost(handler: BoundHandler): (delivery: RecordDelivery) => Promise<Outcome> {
    if (handler.batch !== undefined) {
      const { values, failures } = this;
      const step = this.policies.batchStepFor(handler.description);
      const outlook: FailurePort['outlook'] = (delivery, error) =>
        failures.outlook(delivery, error);
      const batches = new BatchHandler({ handler, step, values, outlook });
      return (delivery) => batches.handle(delivery);
    }
    const { sink } = handler;
    const transactions = this.policies.transactionsFor(handler.description);
    return (delivery) =>
      delivery.attend(() => {
        const outcome = invoke(handler, delivery, transactions);
        if (sink !== undefined) delivery.giveSlotEarly();
        return outcome;
      });
  }

  /** How its records are committed in transactions, if they are. */
  transact({ description }: BoundHandler): Pick<TopicPlan, 'transactions' | 'refuse'> {
    const transactions = this.policies.transactionsFor(description);
    if (transactions === undefined) return {};
    return { transactions, refuse: (delivery, error) => this.refuse(delivery, error) };
  }

  /** What becomes of a record that was handled, and of which nothing that it returned can be published. */
  async refuse(delivery: RecordDelivery, error: Error): Promise<Outcome> {
    for (;;) {
      const verdict = await this.failures.handle(delivery, { stage: 'escaped', error });
      if (verdict.kind === 'settled') return verdict.outcome;
      // It has no slot to give back: it only waits for its next refusal.
      await sleep(Math.max(0, verdict.notBefore - Date.now()), undefined, { ref: false });
      if (verdict.countsAttempt) delivery.attempt += 1;
    }
  }

  private async process(
    attempt: (delivery: RecordDelivery) => Promise<Outcome>,
    delivery: RecordDelivery,
  ): Promise<Outcome> {
    const aside = delivery.mayStandAside ? this.failures.stepAside(delivery) : undefined;
    if (aside !== undefined) return aside;
    for (;;) {
      let failure = delivery.refusal ?? this.values.decode(delivery);
      if (failure instanceof Promise) failure = await failure;
      if (failure === undefined) {
        try {
          return await attempt(delivery);
        } catch (error) {
          failure = escapedFailure(error);
        }
      }
      const verdict = await this.failures.handle(delivery, failure);
      if (verdict.kind === 'settled') return verdict.outcome;
      await delivery.suspend(verdict.notBefore, verdict.wait);
      if (verdict.countsAttempt) delivery.attempt += 1;
    }
  }
}

/** An abandoned delivery is no failure: it goes on to whoever gave it up. */
function escapedFailure(error: unknown): Failure {
  if (error instanceof DeliveryAbandoned) throw error;
  return { stage: 'escaped', error };
}
