import { Injectable } from '@nestjs/common';
import { DeadLetterInterceptor, RetryInterceptor } from './failures/index.js';
import { IdempotencyInterceptor } from './idempotency/index.js';
import { DeliveryPolicies } from './kafka/index.js';
import type { DeliveryStep, HandlerDescription } from './record/index.js';

/**
 * The order of the policies around every handler: dead letter, then retry, then idempotency, then Nest's own guards,
 * interceptors, pipes, handler and filters. So guards and filters stand inside retry, and each attempt claims anew.
 */
@Injectable()
export class PolicyChain extends DeliveryPolicies {
  constructor(
    private readonly deadLetter: DeadLetterInterceptor,
    private readonly retry: RetryInterceptor,
    private readonly idempotency: IdempotencyInterceptor,
  ) {
    super();
  }

  stepsFor(handler: HandlerDescription): readonly DeliveryStep[] {
    const steps = [
      this.deadLetter.stepFor(),
      this.retry.stepFor(),
      this.idempotency.stepFor(handler),
    ];
    return steps.filter((step) => step !== undefined);
  }
}
