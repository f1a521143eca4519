import { Module } from '@nestjs/common';
import { PostgresModule } from '../../connections/postgres/index.js';
import { CountUsage } from './count-usage.service.js';
import { MeteringMetricsController } from './metering-metrics.controller.js';
import {
  METERING_TOTALS_MIGRATIONS,
  MeteringTotals,
  PostgresMeteringTotals,
} from './persistence/index.js';

@Module({
  imports: [PostgresModule.forConsumer('metering-metrics', METERING_TOTALS_MIGRATIONS)],
  controllers: [MeteringMetricsController],
  providers: [CountUsage, { provide: MeteringTotals, useClass: PostgresMeteringTotals }],
})
export class MeteringMetricsModule {}
