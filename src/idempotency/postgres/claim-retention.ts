import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Settings } from '../../config/index.js';
import { PostgresConnections } from '../../connections/postgres/index.js';
import { describeError } from '../../observability/index.js';

const DEFAULT_TTL_MS = 35 * 24 * 60 * 60_000;
const SWEEP_EVERY_MS = 10 * 60_000;
const ROWS_AT_ONCE = 2_000;

/** What of a table has expired. The condition may use `$1`, the time to live in milliseconds. */
export interface ExpiringRows {
  readonly table: string;
  readonly condition: string;
  /** By which index they are found. */
  readonly orderedBy: string;
  readonly usesTtl: boolean;
}

export const CLAIMS_BY_AGE: ExpiringRows = {
  table: 'idempotency_claims',
  condition: `expires_at IS NULL AND claimed_at < now() - $1 * interval '1 millisecond'`,
  orderedBy: 'claimed_at',
  usesTtl: true,
};

export const CLAIMS_BY_WINDOW: ExpiringRows = {
  table: 'idempotency_claims',
  condition: 'expires_at < now()',
  orderedBy: 'expires_at',
  usesTtl: false,
};

/** What another process sweeps at the same time is its business. */
function deletionOf({ table, condition, orderedBy }: ExpiringRows): string {
  return `
    DELETE FROM ${table}
    WHERE (scope, id) IN (
      SELECT scope, id FROM ${table}
      WHERE ${condition}
      ORDER BY ${orderedBy}
      LIMIT ${ROWS_AT_ONCE}
      FOR UPDATE SKIP LOCKED
    )
    RETURNING 1`;
}

/**
 * Forgets claims that are older than their window or `IDEMPOTENCY_TTL` (default 35 days), so that the tables stay
 * bounded. A claim may live longer than that, never shorter. A sweep that fails is made up for by the next one.
 */
@Injectable()
export class ClaimRetention implements OnModuleDestroy {
  readonly #logger = new Logger(ClaimRetention.name);
  readonly #ttlMs: number;
  readonly #consumers = new Map<ExpiringRows, string>();
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;

  constructor(
    private readonly connections: PostgresConnections,
    settings: Settings,
  ) {
    this.#ttlMs = settings.idempotency.ttlMs ?? DEFAULT_TTL_MS;
  }

  /** Sweeps from now on, through that consumer's connections. The tables are one: the first consumer is enough. */
  keepUp(consumer: string, expiring: readonly ExpiringRows[]): void {
    for (const rows of expiring) {
      if (!this.#consumers.has(rows)) this.#consumers.set(rows, consumer);
    }
    this.#timer ??= setInterval(() => {
      this.#sweeping ??= this.#trySweep().finally(() => (this.#sweeping = undefined));
    }, SWEEP_EVERY_MS).unref();
  }

  /** Deletes everything that has expired, a few rows at a time. Resolves with their number. */
  async sweep(): Promise<number> {
    let swept = 0;
    for (const [rows, consumer] of this.#consumers) swept += await this.#sweepRows(rows, consumer);
    return swept;
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  async #sweepRows(rows: ExpiringRows, consumer: string): Promise<number> {
    const database = this.connections.for(consumer);
    const values = rows.usesTtl ? [this.#ttlMs] : [];
    let swept = 0;
    for (;;) {
      const { length } = await database.query(deletionOf(rows), values);
      swept += length;
      if (length < ROWS_AT_ONCE) return swept;
    }
  }

  async #trySweep(): Promise<void> {
    try {
      const claims = await this.sweep();
      if (claims > 0) this.#logger.log('expired claims forgotten', { claims });
    } catch (error) {
      this.#logger.warn('expired claims not forgotten', { error: describeError(error) });
    }
  }
}
