import { Module } from '@nestjs/common';
import { PostgresConnectionsModule } from '../connections/postgres/index.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyStores } from './idempotency-stores.js';
import { MemoryIdempotencyProvider } from './memory/memory-idempotency.provider.js';
import { ClaimRetention } from './postgres/claim-retention.js';
import { PostgresIdempotencyProvider } from './postgres/postgres-idempotency.provider.js';

@Module({
  imports: [PostgresConnectionsModule],
  providers: [
    ClaimRetention,
    IdempotencyInterceptor,
    IdempotencyStores,
    MemoryIdempotencyProvider,
    PostgresIdempotencyProvider,
  ],
  exports: [
    IdempotencyInterceptor,
    IdempotencyStores,
    MemoryIdempotencyProvider,
    PostgresIdempotencyProvider,
  ],
})
export class IdempotencyModule {}
