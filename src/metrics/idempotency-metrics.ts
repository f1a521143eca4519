import { Injectable } from '@nestjs/common';
import {
  IdempotencyInterceptor,
  MemoryIdempotencyProvider,
  RedisLeaseStore,
} from '../idempotency/index.js';
import { METRICS } from '../observability/index.js';
import type { Exposition } from './exposition.js';

/** Where the numbers of the idempotency stores are. */
@Injectable()
export class IdempotencySources {
  constructor(
    readonly interceptor: IdempotencyInterceptor,
    readonly memory: MemoryIdempotencyProvider,
    readonly redis: RedisLeaseStore,
  ) {}
}

/** What the idempotency stores were asked and answered. */
export function readIdempotency(exposition: Exposition, sources: IdempotencySources): void {
  const { interceptor, memory, redis } = sources;
  exposition.read(METRICS.claims, () =>
    [...interceptor.claims.all].flatMap(([store, counts]) =>
      Object.entries(counts).map(([result, value]) => ({ labels: { store, result }, value })),
    ),
  );
  exposition.read(METRICS.storeLosses, () => [{ labels: { store: 'redis' }, value: redis.losses }]);
  exposition.read(METRICS.cacheEntries, () => [{ labels: {}, value: memory.entries }]);
}
