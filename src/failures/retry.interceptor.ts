import { Injectable } from '@nestjs/common';
import {
  DeliveryAbandoned,
  type Delivery,
  type DeliveryStep,
  type HandlerDescription,
  type Outcome,
} from '../record/index.js';
import { PolicyInterceptor } from '../kafka/index.js';
import type { Breaker } from './breaker/index.js';
import { FailureRouter } from './failure-router.js';
import { refuseImpossibleRetries } from './retry-options.js';

/**
 * Tries a failed record again in place, with backoff and a bound, and waits without counting while a dependency is down.
 * A waiting record gives its slot back and keeps its key: it delays nobody else. What it gives up on goes to the next
 * retry topic; past the last one, it throws on.
 */
@Injectable()
export class RetryInterceptor extends PolicyInterceptor {
  constructor(private readonly router: FailureRouter) {
    super();
  }

  stepFor(handler: HandlerDescription): DeliveryStep {
    refuseImpossibleRetries(handler);
    const breaker = this.router.breakerOf(handler);
    return (delivery, next) => this.run(delivery, next, breaker);
  }

  private async run(
    delivery: Delivery,
    next: () => Promise<Outcome>,
    breaker: Breaker | undefined,
  ): Promise<Outcome> {
    for (;;) {
      try {
        const outcome = await next();
        // A duplicate or a skip did not ask whatever is out of order.
        if (outcome.kind === 'done') breaker?.succeeded();
        else breaker?.left(delivery);
        return outcome;
      } catch (error) {
        if (error instanceof DeliveryAbandoned) {
          breaker?.left(delivery);
          throw error;
        }
        const moved = await this.waitOrGiveUp(delivery, error, breaker);
        if (moved !== undefined) return moved;
      }
    }
  }

  /** With the outcome of a record that goes on in a retry topic; without one when it is to be tried again here. */
  private async waitOrGiveUp(
    delivery: Delivery,
    error: unknown,
    breaker: Breaker | undefined,
  ): Promise<Outcome | undefined> {
    const decision = this.router.judge(delivery, error);
    switch (decision.kind) {
      case 'wait': {
        const { dependency, detail, delayMs } = decision;
        await delivery.suspend(Date.now() + delayMs, { why: 'dependency', dependency, detail });
        return undefined;
      }
      case 'retry':
        await delivery.suspend(Date.now() + decision.delayMs, { why: 'backoff' });
        delivery.attempt += 1;
        return undefined;
      case 'hold':
        await breaker?.turnOf(delivery);
        delivery.attempt += 1;
        return undefined;
      case 'retry-topic':
        return this.router.moveOn(delivery, decision.level);
      case 'dead-letter':
        throw error;
    }
  }
}
