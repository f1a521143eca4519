import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/index.js';
import type { Outcome } from '../../record/index.js';
import {
  ALREADY_RAN,
  BUSY,
  CONFLICT,
  IdempotencyProvider,
  type MessageClaim,
  type MessageIdentity,
  type RunOnceResult,
} from '../idempotency-provider.port.js';
import { RecentMessages, type RecentMessage } from './recent-messages.js';

const DEFAULT_TTL_MS = 60 * 60_000;

/**
 * Remembers in this process. It recognises repeats that come while the process lives, within the last
 * `IDEMPOTENCY_CACHE_SIZE` messages at least and `IDEMPOTENCY_TTL` (default 1 h); after a restart, and in another
 * process, a repeat runs again. What is running is never forgotten, whatever the size.
 */
@Injectable()
export class MemoryIdempotencyProvider extends IdempotencyProvider {
  readonly #recent: RecentMessages;
  /** A scope is long and they are few: a number stands for it. */
  readonly #scopes = new Map<string, number>();
  readonly #ttlMs: number;

  constructor({ idempotency }: Settings) {
    super();
    const { cacheSize, ttlMs = DEFAULT_TTL_MS } = idempotency;
    this.#recent = new RecentMessages(cacheSize);
    this.#ttlMs = ttlMs;
  }

  /** Messages that are remembered, running ones included. */
  get entries(): number {
    return this.#recent.count;
  }

  prepare(): void {
    // Nothing to prepare: memory is there.
  }

  /**
   * A newer assignment of the same record does not take a claim over here, because its holder is still running in this
   * very process: the two would run at once. It is `busy` until the holder has ended, and then knows how it ended.
   */
  async runOnce(claim: MessageClaim, work: () => Promise<Outcome>): Promise<RunOnceResult> {
    const message = this.#nameOf(claim.identity);
    const known = this.#recent.find(message, performance.now());
    if (known !== undefined) {
      if (known.fingerprint === undefined) return BUSY;
      return known.fingerprint === claim.fingerprint ? ALREADY_RAN : CONFLICT;
    }
    const running: RecentMessage = { fingerprint: undefined, expiresAt: 0 };
    this.#recent.add(message, running);
    try {
      const outcome = await work();
      running.expiresAt = performance.now() + (claim.windowMs ?? this.#ttlMs);
      running.fingerprint = claim.fingerprint;
      return { kind: 'ran', outcome };
    } catch (error) {
      this.#recent.forget(message);
      throw error;
    }
  }

  #nameOf({ scope, id }: MessageIdentity): string {
    let number = this.#scopes.get(scope);
    if (number === undefined) this.#scopes.set(scope, (number = this.#scopes.size));
    return `${number}:${id}`;
  }
}
