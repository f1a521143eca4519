import type { Delivery, Failure, Outcome, Outlook, Verdict } from '../../record/index.js';

/** Takes what escapes the policies: undecodable bytes, a missing handler, a policy's own defect. */
export abstract class FailurePort {
  /** Never rejects, except with `DeliveryAbandoned`. `settled` means the dead letter or retry record is acknowledged. */
  abstract handle(delivery: Delivery, failure: Failure): Promise<Verdict>;

  /** What such a failure would lead to. Counts nothing and decides nothing. */
  abstract outlook(delivery: Delivery, error: unknown): Outlook;

  /**
   * What becomes of a delivery that must not be tried now, because its key waits in a retry topic; undefined when it may
   * be tried. Rejects with `DeliveryAbandoned` alone.
   */
  abstract stepAside(delivery: Delivery): Promise<Outcome> | undefined;
}
