import { Module } from '@nestjs/common';
import { HttpDependenciesModule } from '../../connections/http/index.js';
import { IdempotencyModule } from '../../idempotency/index.js';
import { AnalyticsApi, HttpAnalyticsApi } from './analytics/index.js';
import { CustomerInventoryController } from './customer-inventory.controller.js';
import { Tenure } from './flushing/index.js';
import { MergeStatistics } from './merge-statistics.service.js';
import { MergeSyncData } from './merge-sync-data.service.js';
import { SoleReader } from './sole-reader.js';

@Module({
  imports: [HttpDependenciesModule, IdempotencyModule],
  controllers: [CustomerInventoryController],
  providers: [
    HttpAnalyticsApi,
    MergeStatistics,
    MergeSyncData,
    { provide: AnalyticsApi, useExisting: HttpAnalyticsApi },
    { provide: Tenure, useClass: SoleReader },
  ],
})
export class CustomerInventoryModule {}
