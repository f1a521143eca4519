import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/index.js';
import { PostgresConnections } from '../../connections/postgres/index.js';
import type { Outcome } from '../../record/index.js';
import {
  IdempotencyProvider,
  type MessageClaim,
  type RunOnceResult,
} from '../idempotency-provider.port.js';
import { LeasedRuns } from '../lease/leased-runs.js';
import { ClaimRetention } from '../postgres/claim-retention.js';
import { EXPIRED_LEASES, LEASES_MIGRATION } from './leases-table.js';
import { PostgresLeaseStore } from './postgres-lease-store.js';

const DEFAULT_WINDOW_MS = 35 * 24 * 60 * 60_000;

/**
 * Once per message for effects anywhere, by claims in PostgreSQL that are apart from the handler's transaction. Many
 * records share one statement, so it costs little for each. A process that is killed between an effect and its completion
 * leaves one effect that comes again; where the effect is in the same database, the store `postgres` has no such gap.
 */
@Injectable()
export class PostgresLeaseIdempotencyProvider extends IdempotencyProvider {
  readonly #runs = new Map<string, LeasedRuns>();
  readonly #windowMs: number;

  constructor(
    private readonly connections: PostgresConnections,
    private readonly retention: ClaimRetention,
    { idempotency }: Settings,
  ) {
    super();
    this.#windowMs = idempotency.ttlMs ?? DEFAULT_WINDOW_MS;
  }

  prepare(consumer: string): void {
    this.connections.register(consumer, [LEASES_MIGRATION]);
    this.retention.keepUp(consumer, [EXPIRED_LEASES]);
    this.#runsOf(consumer);
  }

  runOnce(claim: MessageClaim, work: () => Promise<Outcome>): Promise<RunOnceResult> {
    return this.#runsOf(claim.delivery.handler.consumer).runOnce(claim, work);
  }

  #runsOf(consumer: string): LeasedRuns {
    const known = this.#runs.get(consumer);
    if (known !== undefined) return known;
    const runs = new LeasedRuns(new PostgresLeaseStore(this.connections, consumer), this.#windowMs);
    this.#runs.set(consumer, runs);
    return runs;
  }
}
