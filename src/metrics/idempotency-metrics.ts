import type { ClaimCounts } from '../idempotency/index.js';
import { METRICS } from '../observability/index.js';
import type { Exposition } from './exposition.js';

export interface IdempotencySources {
  readonly claims: ClaimCounts;
  readonly cacheEntries: () => number;
  readonly lossesOfRedis: () => number;
}

/** What the idempotency stores were asked and answered. */
export function readIdempotency(exposition: Exposition, sources: IdempotencySources): void {
  exposition.read(METRICS.claims, () =>
    [...sources.claims.all].flatMap(([store, counts]) =>
      Object.entries(counts).map(([result, value]) => ({ labels: { store, result }, value })),
    ),
  );
  exposition.read(METRICS.storeLosses, () => [
    { labels: { store: 'redis' }, value: sources.lossesOfRedis() },
  ]);
  exposition.read(METRICS.cacheEntries, () => [{ labels: {}, value: sources.cacheEntries() }]);
}
