import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/index.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsService } from './metrics.service.js';

@Module({
  imports: [IdempotencyModule],
  controllers: [MetricsController],
  providers: [MetricsService],
})
export class MetricsModule {}
