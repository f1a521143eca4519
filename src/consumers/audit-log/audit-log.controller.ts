import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Idempotent } from '../../idempotency/index.js';
import { ConsumerGroup, RecordContext } from '../../kafka/index.js';
import { skipped, type Delivery, type Outcome } from '../../record/index.js';
import { MeteringEvent } from './contract/index.js';
import { AuditLog } from './persistence/index.js';
import { toAuditedRecord } from './translation/index.js';

/** The log keeps records, not messages: an event that was sent twice stands in it twice. */
function placeOf(_value: unknown, { origin }: Delivery): string {
  return `${origin.partition}:${origin.offset}:${origin.timestamp}`;
}

/** Metering events in, a hash-chained log in PostgreSQL out: each record of the topic once, in its partition's order. */
@Controller()
@ConsumerGroup('audit-log', {
  groupId: 'caracal-audit-logger',
  ordering: 'partition',
  deadLetterTopic: 'caracal.dlq',
})
export class AuditLogController {
  constructor(private readonly log: AuditLog) {}

  @EventPattern(['caracal.metering.events'])
  @Idempotent({ store: 'postgres', key: placeOf })
  async handle(
    @Payload() event: MeteringEvent,
    @Ctx() context: RecordContext,
  ): Promise<Outcome | undefined> {
    const record = toAuditedRecord(event, context.record, context.origin);
    return (await this.log.append(record)) ? undefined : skipped('in the log already');
  }
}
