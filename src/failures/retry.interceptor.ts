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
 * Tries a failed record again in place, with backoff and a bound, and waits without counting while a dependency is down.
 * A waiting record gives its slot back and keeps its key: it delays nobody else. What it gives up on, it throws on.
 */
@Injectable()
export class RetryInterceptor extends PolicyInterceptor {
  constructor(private readonly router: FailureRouter) {
    super();
  }

  stepFor(): DeliveryStep {
    return (delivery, next) => this.run(delivery, next);
  }

  private async run(delivery: Delivery, next: () => Promise<Outcome>): Promise<Outcome> {
    for (;;) {
      try {
        return await next();
      } catch (error) {
        if (error instanceof DeliveryAbandoned) throw error;
        await this.waitOrGiveUp(delivery, error);
      }
    }
  }

  private async waitOrGiveUp(delivery: Delivery, error: unknown): Promise<void> {
    const decision = this.router.judge(delivery, error);
    switch (decision.kind) {
      case 'wait': {
        const { dependency, detail, delayMs } = decision;
        await delivery.suspend(Date.now() + delayMs, { why: 'dependency', dependency, detail });
        return;
      }
      case 'retry':
        await delivery.suspend(Date.now() + decision.delayMs, { why: 'backoff' });
        delivery.attempt += 1;
        return;
      case 'dead-letter':
        throw error;
    }
  }
}
