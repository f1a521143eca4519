import type { Delivery } from './delivery.js';
import type { Outcome } from './outcome.js';

/** What became of one record of a batch. An error is that record's own. */
export type BatchedResult = { readonly outcome: Outcome } | { readonly error: unknown };

/**
 * A policy around the handling of several deliveries at once. `next` handles those that it is given and answers for each
 * of them; where it rejects, nothing was done. So it is with what the step answers. It must let `DeliveryAbandoned`
 * through.
 */
export type BatchStep = (
  deliveries: readonly Delivery[],
  next: (fresh: readonly Delivery[]) => Promise<readonly BatchedResult[]>,
) => Promise<readonly BatchedResult[]>;
