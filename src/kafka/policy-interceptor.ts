import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { defer, lastValueFrom, map, type Observable } from 'rxjs';
import { outcomeOf, type DeliveryStep, type HandlerDescription } from '../record/index.js';
import { standaloneDeliveryOf } from './standalone-delivery.js';

/**
 * A policy that is a Nest interceptor and a step of the transport with the same code. Our transport runs the step around
 * guards and filters, so there an interceptor bound by hand passes through; on Nest's own Kafka transport it does the
 * work itself.
 */
export abstract class PolicyInterceptor implements NestInterceptor {
  /** The step for one handler, or undefined when the policy does not apply to it. */
  abstract stepFor(handler: HandlerDescription): DeliveryStep | undefined;

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const delivery = standaloneDeliveryOf(context);
    const step = delivery === undefined ? undefined : this.stepFor(delivery.handler);
    if (delivery === undefined || step === undefined) return next.handle();
    let returned: unknown;
    // The handler must be called inside the step: an ambient transaction travels with the call.
    const outcome = defer(() =>
      step(delivery, async () => {
        returned = await lastValueFrom(next.handle(), { defaultValue: undefined });
        return outcomeOf(returned);
      }),
    );
    return outcome.pipe(map(() => returned));
  }
}
