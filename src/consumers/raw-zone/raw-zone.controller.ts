import { Controller } from '@nestjs/common';
import { Ctx, EventPattern } from '@nestjs/microservices';
import { Settings } from '../../config/index.js';
import { ConsumerHeaders, originalHeadersOf } from '../../failures/index.js';
import {
  BufferedSink,
  ConsumerGroup,
  FlushBuffer,
  RawValue,
  RecordContext,
  type BufferedPartition,
} from '../../kafka/index.js';
import { RawZoneLanding } from './landing/index.js';
import { requireHeaders } from './required-headers.js';
import { rawZoneSettings } from './raw-zone.settings.js';

/**
 * Records of any topics in, the same records as lines of objects out: each in exactly one object, unchanged. A record is
 * done when its object is durable. What one flush holds is fitted to the buffer at start, and never less than said here.
 */
@Controller()
@ConsumerGroup('raw-zone', {
  groupId: 'streamlake-consumer-orders',
  ordering: 'none',
  deadLetterTopic: 'streamlake.orders.dlq',
  topics: 'configured',
})
@ConsumerHeaders()
export class RawZoneController {
  private readonly requiredHeaders: ReadonlyMap<string, readonly string[]>;

  constructor(
    private readonly landing: RawZoneLanding,
    settings: Settings,
  ) {
    const { datasets } = rawZoneSettings(settings);
    this.requiredHeaders = new Map(
      datasets.map(({ topic, requiredHeaders }) => [topic, requiredHeaders]),
    );
  }

  @EventPattern(['streamlake.orders.raw'])
  @RawValue()
  @BufferedSink({ maxRecords: 10 })
  async handle(@Ctx() { delivery }: RecordContext): Promise<void> {
    const { record, origin, assignmentEpoch, handler } = delivery;
    const headers = originalHeadersOf(delivery);
    requireHeaders(headers, this.requiredHeaders.get(handler.topic) ?? []);
    await this.landing.land({ record, origin, headers, assignmentEpoch });
  }

  @FlushBuffer()
  flush(partitions: readonly BufferedPartition[]): Promise<void> {
    return this.landing.flush(partitions);
  }
}
