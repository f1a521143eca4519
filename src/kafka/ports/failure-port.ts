import type { Delivery, Failure, Verdict } from '../../record/index.js';

/** Takes what escapes the policies: undecodable bytes, a missing handler, a policy's own defect. */
export abstract class FailurePort {
  /** Never rejects, except with `DeliveryAbandoned`. `settled` means the dead letter or retry record is acknowledged. */
  abstract handle(delivery: Delivery, failure: Failure): Promise<Verdict>;
}
