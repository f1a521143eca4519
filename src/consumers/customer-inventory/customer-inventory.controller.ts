import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Idempotent } from '../../idempotency/index.js';
import { BufferedSink, ConsumerGroup, FlushBuffer, RecordContext } from '../../kafka/index.js';
import type { Outcome } from '../../record/index.js';
import { SyncMessage } from './contract/index.js';
import { GROUP_ID } from './customer-inventory.config.js';
import type { EntityKind } from './domain/index.js';
import { MergeSyncData } from './merge-sync-data.service.js';
import { toMergeMessage } from './translation/index.js';

/**
 * Customers and inventory in, events with both for the analytics API out. A record is done when the API has accepted what
 * it says. How much is buffered is bounded by what the group may have unsettled; a flush takes what the environment says
 * of it.
 */
@Controller()
@ConsumerGroup('customer-inventory', { groupId: GROUP_ID, ordering: 'none' })
export class CustomerInventoryController {
  constructor(private readonly merge: MergeSyncData) {}

  @EventPattern(['customer_data'])
  @Idempotent({ store: 'memory' })
  @BufferedSink({ maxRecords: 10 })
  customers(
    @Payload() message: SyncMessage,
    @Ctx() context: RecordContext,
  ): Promise<Outcome | undefined> {
    return this.take('customer', message, context);
  }

  @EventPattern(['inventory_data'])
  @Idempotent({ store: 'memory' })
  @BufferedSink({ maxRecords: 10 })
  inventory(
    @Payload() message: SyncMessage,
    @Ctx() context: RecordContext,
  ): Promise<Outcome | undefined> {
    return this.take('product', message, context);
  }

  @FlushBuffer()
  flush(): Promise<void> {
    return this.merge.flush();
  }

  private async take(
    kind: EntityKind,
    message: SyncMessage,
    { delivery, origin, record }: RecordContext,
  ): Promise<Outcome | undefined> {
    const merged = toMergeMessage(message, { kind, json: record.value!, origin });
    return this.merge.execute(merged, delivery);
  }
}
