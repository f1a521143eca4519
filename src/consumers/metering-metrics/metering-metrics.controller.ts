import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Idempotent } from '../../idempotency/index.js';
import {
  Batch,
  BatchContext,
  ConsumerGroup,
  type BatchAnswer,
  type BatchFailure,
} from '../../kafka/index.js';
import { MeteringEvent } from './contract/index.js';
import { CountUsage } from './count-usage.service.js';
import type { Usage } from './domain/index.js';
import { toUsage } from './translation/index.js';

/** Metering events in, totals by window in PostgreSQL out: each event is in its total once. */
@Controller()
@ConsumerGroup('metering-metrics', {
  groupId: 'caracal-metrics-aggregator',
  deadLetterTopic: 'caracal.dlq',
})
export class MeteringMetricsController {
  constructor(private readonly countUsage: CountUsage) {}

  /** One statement for all that go together. An event that breaks a rule is named, and the others are counted. */
  @EventPattern(['caracal.metering.events'])
  @Idempotent({ store: 'postgres' })
  @Batch({ of: MeteringEvent })
  async handle(
    @Payload() events: readonly MeteringEvent[],
    @Ctx() { records }: BatchContext,
  ): Promise<BatchAnswer> {
    const failed: BatchFailure[] = [];
    const usages: Usage[] = [];
    for (const [index, event] of events.entries()) {
      try {
        usages.push(toUsage(event, records[index]!.record.value));
      } catch (error) {
        failed.push({ index, error });
      }
    }
    await this.countUsage.execute(usages);
    return { failed };
  }
}
