import type { BatchStep, DeliveryStep, HandlerDescription } from '../../record/index.js';
import type { TransactionPlan } from './transactions.js';

/** The policies around each handler, given by the composition root. */
export abstract class DeliveryPolicies {
  /** The steps for one handler, outermost first. Asked once per handler, at start. */
  abstract stepsFor(handler: HandlerDescription): readonly DeliveryStep[];

  /** How its records are committed in transactions; undefined where they are not. Asked once per handler, at start. */
  transactionsFor(_handler: HandlerDescription): TransactionPlan | undefined {
    return undefined;
  }

  /**
   * The step around the runs of a handler that takes batches, where effect and policy are one transaction: what rejects
   * in it has had no effect. Asked once per handler, at start.
   */
  abstract batchStepFor(handler: HandlerDescription): BatchStep | undefined;
}
