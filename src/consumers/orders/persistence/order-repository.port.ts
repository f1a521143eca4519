import type { RecordOrigin } from '../../../record/index.js';
import type { Order } from '../domain/index.js';

/** Where orders are kept. */
export abstract class OrderRepository {
  /**
   * Stores the order with its lines, or nothing, unless a later event of the same order is stored already: the later
   * one has the greater `created_at`, then the greater record timestamp, then, within one partition, the greater
   * offset. Events that are equal by these keep what is stored. So within one partition the same events end in the
   * same state, in whatever order and however often they come. Tells whether it was stored.
   */
  abstract store(order: Order, origin: RecordOrigin): Promise<boolean>;
}
