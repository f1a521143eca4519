import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/index.js';
import { IdempotencySources } from './idempotency-metrics.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsService } from './metrics.service.js';

@Module({
  imports: [IdempotencyModule],
  controllers: [MetricsController],
  providers: [IdempotencySources, MetricsService],
})
export class MetricsModule {}
