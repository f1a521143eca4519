import { Injectable } from '@nestjs/common';
import { Settings } from './config/index.js';
import { fenced } from './connections/postgres/index.js';
import { DeadLetterInterceptor, RetryInterceptor } from './failures/index.js';
import { IdempotencyInterceptor } from './idempotency/index.js';
import {
  batchOptionsOf,
  bufferedSinkOptionsOf,
  consumerGroupOf,
  DeliveryPolicies,
  HandlerDeclarationError,
  headBlockedPolicyOf,
  RecordValues,
  type TransactionPlan,
} from './kafka/index.js';
import type { BatchStep, DeliveryStep, HandlerDescription } from './record/index.js';
import { Transactions } from './transactions/index.js';

/**
 * The order of the policies around every handler: dead letter, then retry, then a fresh value, then idempotency, then
 * Nest's own guards, interceptors, pipes, handler and filters. So guards and filters stand inside retry, and each attempt
 * claims anew.
 */
@Injectable()
export class PolicyChain extends DeliveryPolicies {
  constructor(
    private readonly deadLetter: DeadLetterInterceptor,
    private readonly retry: RetryInterceptor,
    private readonly idempotency: IdempotencyInterceptor,
    private readonly values: RecordValues,
    private readonly settings: Settings,
    private readonly transactions: Transactions,
  ) {
    super();
  }

  override transactionsFor(handler: HandlerDescription): TransactionPlan | undefined {
    const plan = this.transactions.planFor(handler);
    const { method, handler: place } = handler;
    const isGathered =
      batchOptionsOf(method) !== undefined || bufferedSinkOptionsOf(method) !== undefined;
    if (plan === undefined || !isGathered) return plan;
    throw new HandlerDeclarationError(
      `${place} is @Transactional and takes its records together: @Transactional puts records into transactions by ` +
        'itself, so take @Batch or @BufferedSink away',
    );
  }

  stepsFor(handler: HandlerDescription): readonly DeliveryStep[] {
    const steps = [
      this.deadLetter.stepFor(),
      this.retry.stepFor(handler),
      this.values.step,
      this.fenceFor(handler),
      this.idempotencyFor(handler),
    ];
    return steps.filter((step) => step !== undefined);
  }

  batchStepFor(handler: HandlerDescription): BatchStep | undefined {
    return this.idempotency.batchStepFor(handler);
  }

  /** A claim is made before the transaction: a crash in between would leave a duplicate whose records nobody produced. */
  private idempotencyFor(handler: HandlerDescription): DeliveryStep | undefined {
    const step = this.idempotency.stepFor(handler);
    if (step !== undefined && this.transactions.planFor(handler) !== undefined) {
      throw new HandlerDeclarationError(
        `${handler.handler} is @Transactional and its messages are remembered by an idempotency store: a record's ` +
          'transaction is exactly once by itself, so take @Idempotent and <CONSUMER>_IDEMPOTENCY away',
      );
    }
    return step;
  }

  /** Only where a handler may be given up: elsewhere none is left behind whose effects could come later. */
  private fenceFor({ consumer, controller }: HandlerDescription): DeliveryStep | undefined {
    const set = this.settings.consumers.get(consumer);
    if (headBlockedPolicyOf(set, consumerGroupOf(controller)) === 'wait') return undefined;
    return ({ givenUp }, next) => (givenUp === undefined ? next() : fenced(givenUp, next));
  }
}
