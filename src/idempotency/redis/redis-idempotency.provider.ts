import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/index.js';
import { RedisConnections } from '../../connections/redis/index.js';
import type { Outcome } from '../../record/index.js';
import {
  IdempotencyProvider,
  type MessageClaim,
  type RunOnceResult,
} from '../idempotency-provider.port.js';
import { LeasedRuns } from '../lease/leased-runs.js';
import { RedisLeaseStore } from './redis-lease-store.js';

const DEFAULT_WINDOW_MS = 7 * 24 * 60 * 60_000;

/**
 * Once per message for effects anywhere, by claims in Redis. A repeat is recognised over all processes within
 * `IDEMPOTENCY_TTL` (default 7 days), as long as Redis keeps what it has acknowledged. A process that is killed between
 * an effect and its completion leaves one effect that comes again.
 */
@Injectable()
export class RedisIdempotencyProvider extends IdempotencyProvider {
  readonly #runs: LeasedRuns;

  constructor(
    private readonly connections: RedisConnections,
    store: RedisLeaseStore,
    { idempotency }: Settings,
  ) {
    super();
    this.#runs = new LeasedRuns(store, idempotency.ttlMs ?? DEFAULT_WINDOW_MS);
  }

  prepare(consumer: string): void {
    this.connections.register(consumer);
  }

  runOnce(claim: MessageClaim, work: () => Promise<Outcome>): Promise<RunOnceResult> {
    return this.#runs.runOnce(claim, work);
  }
}
