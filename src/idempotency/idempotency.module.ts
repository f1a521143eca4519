import { Module } from '@nestjs/common';
import { PostgresConnectionsModule } from '../connections/postgres/index.js';
import { RedisConnectionsModule } from '../connections/redis/index.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyStores } from './idempotency-stores.js';
import { MemoryIdempotencyProvider } from './memory/memory-idempotency.provider.js';
import { ClaimRetention } from './postgres/claim-retention.js';
import { PostgresIdempotencyProvider } from './postgres/postgres-idempotency.provider.js';
import { PostgresLeaseIdempotencyProvider } from './postgres-lease/postgres-lease-idempotency.provider.js';
import { RedisIdempotencyProvider } from './redis/redis-idempotency.provider.js';
import { RedisLeaseStore } from './redis/redis-lease-store.js';

@Module({
  imports: [PostgresConnectionsModule, RedisConnectionsModule],
  providers: [
    ClaimRetention,
    IdempotencyInterceptor,
    IdempotencyStores,
    MemoryIdempotencyProvider,
    PostgresIdempotencyProvider,
    PostgresLeaseIdempotencyProvider,
    RedisIdempotencyProvider,
    RedisLeaseStore,
  ],
  exports: [
    IdempotencyInterceptor,
    IdempotencyStores,
    MemoryIdempotencyProvider,
    PostgresIdempotencyProvider,
    RedisLeaseStore,
  ],
})
export class IdempotencyModule {}
