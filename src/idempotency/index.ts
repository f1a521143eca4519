export { ClaimCounts, type ClaimAnswer } from './claim-counts.js';
export { ClaimInsideTransactionError, IdConflictError } from './idempotency.errors.js';
export { IdempotencyInterceptor } from './idempotency.interceptor.js';
export { IdempotencyModule } from './idempotency.module.js';
export {
  IdempotencyProvider,
  type MessageClaim,
  type MessageIdentity,
  type RunOnceResult,
  type TogetherResult,
  type TogetherWork,
} from './idempotency-provider.port.js';
export {
  Idempotent,
  type ConflictPolicy,
  type IdempotencyStore,
  type IdempotencyWindow,
  type IdempotentOptions,
} from './idempotent.decorator.js';
export { MemoryIdempotencyProvider } from './memory/memory-idempotency.provider.js';
export { ClaimRetention } from './postgres/claim-retention.js';
export { PostgresIdempotencyProvider } from './postgres/postgres-idempotency.provider.js';
export { PostgresLeaseIdempotencyProvider } from './postgres-lease/postgres-lease-idempotency.provider.js';
export { RedisIdempotencyProvider } from './redis/redis-idempotency.provider.js';
export { RedisLeaseStore } from './redis/redis-lease-store.js';
