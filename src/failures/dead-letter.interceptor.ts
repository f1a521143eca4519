import { Injectable } from '@nestjs/common';
import {
  DeliveryAbandoned,
  type Delivery,
  type DeliveryStep,
  type Outcome,
} from '../record/index.js';
import { PolicyInterceptor } from '../kafka/index.js';
import { FailureRouter } from './failure-router.js';

/**
 * Turns a failure that nobody inside retries any more into a dead letter, acknowledged by all in-sync replicas before
 * the record counts as settled. Never loses a record: while the dead letter cannot be published, the record waits.
 */
@Injectable()
export class DeadLetterInterceptor extends PolicyInterceptor {
  constructor(private readonly router: FailureRouter) {
    super();
  }

  stepFor(): DeliveryStep {
    return (delivery, next) => this.run(delivery, next);
  }

  private async run(delivery: Delivery, next: () => Promise<Outcome>): Promise<Outcome> {
    try {
      return await next();
    } catch (error) {
      if (error instanceof DeliveryAbandoned) throw error;
      return await this.router.settle(delivery, this.router.reasonFor(delivery, error), error);
    }
  }
}
