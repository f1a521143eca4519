import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Idempotent } from '../../idempotency/index.js';
import { ConsumerGroup, RecordContext } from '../../kafka/index.js';
import { OrderPlaced, requireNumbersAsWritten } from './contract/index.js';
import { LoadOrder } from './load-order.service.js';
import { toOrder } from './translation/index.js';

/** Order events in, orders in PostgreSQL out: once per message, the events of one order in their order. */
@Controller()
@ConsumerGroup('orders', { groupId: 'storage_loader', ordering: 'key', concurrency: 64 })
export class OrdersController {
  constructor(private readonly loadOrder: LoadOrder) {}

  @EventPattern(['orders'])
  @Idempotent({ store: 'postgres' })
  async handle(@Payload() event: OrderPlaced, @Ctx() context: RecordContext): Promise<void> {
    requireNumbersAsWritten(context.record.value);
    await this.loadOrder.execute(toOrder(event), context.origin);
  }
}
