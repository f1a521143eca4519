import type { Amount, Instant } from '../../../values/index.js';

/** What an agent used of a resource, and what that cost, at a point in time. */
export interface Usage {
  readonly agentId: string;
  readonly resourceType: string;
  readonly currency: string;
  readonly quantity: Amount;
  readonly cost: Amount;
  readonly occurredAt: Instant;
}
