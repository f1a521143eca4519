import { CLAIM_RESULTS, CLAIM_STORES, zeros } from '../observability/index.js';
import type { IdempotencyStore } from './idempotent.decorator.js';

export type ClaimAnswer = (typeof CLAIM_RESULTS)[number];

/** How often each store gave each answer, since the start of the process. */
export class ClaimCounts {
  readonly #byStore = new Map<string, Record<ClaimAnswer, number>>(
    CLAIM_STORES.map((store) => [store, zeros(CLAIM_RESULTS)]),
  );

  of(store: IdempotencyStore): Record<ClaimAnswer, number> {
    const counts = this.#byStore.get(store) ?? zeros(CLAIM_RESULTS);
    this.#byStore.set(store, counts);
    return counts;
  }

  get all(): Iterable<[store: string, counts: Readonly<Record<ClaimAnswer, number>>]> {
    return this.#byStore.entries();
  }
}
