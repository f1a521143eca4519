import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Settings } from '../../config/index.js';
import { PostgresConnections } from '../../connections/postgres/index.js';
import { describeError } from '../../observability/index.js';

const DEFAULT_TTL_MS = 35 * 24 * 60 * 60_000;
const SWEEP_EVERY_MS = 10 * 60_000;
const ROWS_AT_ONCE = 2_000;

/** What another process sweeps at the same time is its business. */
const DELETE_EXPIRED = `
  DELETE FROM idempotency_claims
  WHERE (scope, id) IN (
    SELECT scope, id FROM idempotency_claims
    WHERE claimed_at < now() - $1 * interval '1 millisecond'
    ORDER BY claimed_at
    LIMIT ${ROWS_AT_ONCE}
    FOR UPDATE SKIP LOCKED
  )
  RETURNING 1`;

/**
 * Forgets claims that are older than `IDEMPOTENCY_TTL` (default 35 days), so that the table stays bounded. A claim may
 * live longer than that, never shorter. A sweep that fails is made up for by the next one.
 */
@Injectable()
export class ClaimRetention implements OnModuleDestroy {
  readonly #logger = new Logger(ClaimRetention.name);
  readonly #ttlMs: number;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;

  constructor(
    private readonly connections: PostgresConnections,
    settings: Settings,
  ) {
    this.#ttlMs = settings.idempotency.ttlMs ?? DEFAULT_TTL_MS;
  }

  /** Sweeps from now on, through that consumer's connections. The table is one: the first consumer is enough. */
  keepUp(consumer: string): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => {
      this.#sweeping ??= this.#trySweep(consumer).finally(() => (this.#sweeping = undefined));
    }, SWEEP_EVERY_MS);
    this.#timer.unref();
  }

  /** Deletes everything that has expired, a few rows at a time. Resolves with their number. */
  async sweep(consumer: string): Promise<number> {
    const database = this.connections.for(consumer);
    let swept = 0;
    for (;;) {
      const { length } = await database.query(DELETE_EXPIRED, [this.#ttlMs]);
      swept += length;
      if (length < ROWS_AT_ONCE) return swept;
    }
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  async #trySweep(consumer: string): Promise<void> {
    try {
      const claims = await this.sweep(consumer);
      if (claims > 0) this.#logger.log('expired claims forgotten', { claims });
    } catch (error) {
      this.#logger.warn('expired claims not forgotten', { error: describeError(error) });
    }
  }
}
