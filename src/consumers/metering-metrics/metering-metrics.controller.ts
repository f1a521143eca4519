import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Idempotent } from '../../idempotency/index.js';
import { ConsumerGroup, RecordContext } from '../../kafka/index.js';
import { MeteringEvent } from './contract/index.js';
import { CountUsage } from './count-usage.service.js';
import { toUsage } from './translation/index.js';

/** Metering events in, totals by window in PostgreSQL out: each event is in its total once. */
@Controller()
@ConsumerGroup('metering-metrics', {
  groupId: 'caracal-metrics-aggregator',
  ordering: 'key',
  deadLetterTopic: 'caracal.dlq',
})
export class MeteringMetricsController {
  constructor(private readonly countUsage: CountUsage) {}

  @EventPattern(['caracal.metering.events'])
  @Idempotent({ store: 'postgres' })
  async handle(@Payload() event: MeteringEvent, @Ctx() context: RecordContext): Promise<void> {
    await this.countUsage.execute([toUsage(event, context.record.value)]);
  }
}
