import type { DeliveryStep, HandlerDescription } from '../../record/index.js';

/** The policies around each handler, given by the composition root. */
export abstract class DeliveryPolicies {
  /** The steps for one handler, outermost first. Asked once per handler, at start. */
  abstract stepsFor(handler: HandlerDescription): readonly DeliveryStep[];
}
