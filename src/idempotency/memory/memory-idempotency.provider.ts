import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Settings } from '../../config/index.js';
import type { Outcome } from '../../record/index.js';
import {
  ALREADY_RAN,
  BUSY,
  CONFLICT,
  IdempotencyProvider,
  type MessageClaim,
  type RunOnceResult,
} from '../idempotency-provider.port.js';

const DEFAULT_TTL_MS = 60 * 60_000;

/**
 * Remembers in this process. It recognises repeats that come while the process lives, within the last
 * `IDEMPOTENCY_CACHE_SIZE` messages and `IDEMPOTENCY_TTL` (default 1 h); after a restart, and in another process, a
 * repeat runs again. What is running is never forgotten, whatever the size.
 */
@Injectable()
export class MemoryIdempotencyProvider extends IdempotencyProvider {
  readonly #running = new Set<string>();
  /** Fingerprints by message. */
  readonly #finished: LRUCache<string, string>;

  constructor({ idempotency }: Settings) {
    super();
    const { cacheSize, ttlMs = DEFAULT_TTL_MS } = idempotency;
    // The clock is read once in a hundredth of the window, not for each message.
    const ttlResolution = Math.min(1_000, ttlMs / 100);
    this.#finished = new LRUCache({ max: cacheSize, ttl: ttlMs, ttlResolution });
  }

  /** Messages that are remembered, running ones included. */
  get entries(): number {
    return this.#finished.size + this.#running.size;
  }

  prepare(): void {
    // Nothing to prepare: memory is there.
  }

  /**
   * A newer assignment of the same record does not take a claim over here, because its holder is still running in this
   * very process: the two would run at once. It is `busy` until the holder has ended, and then knows how it ended.
   */
  async runOnce(claim: MessageClaim, work: () => Promise<Outcome>): Promise<RunOnceResult> {
    const message = `${claim.identity.scope}\n${claim.identity.id}`;
    if (this.#running.has(message)) return BUSY;
    const { fingerprint, windowMs: ttl } = claim;
    const finished = this.#finished.get(message);
    if (finished !== undefined) return finished === fingerprint ? ALREADY_RAN : CONFLICT;
    this.#running.add(message);
    try {
      const outcome = await work();
      this.#finished.set(message, fingerprint, ttl === undefined ? undefined : { ttl });
      return { kind: 'ran', outcome };
    } finally {
      this.#running.delete(message);
    }
  }
}
