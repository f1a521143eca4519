import { Injectable } from '@nestjs/common';
import { PostgresDatabase } from '../../../connections/postgres/index.js';
import type { MeteringWindow, WindowTotal } from '../domain/index.js';
import { MeteringTotals } from './metering-totals.port.js';

const ADD_TOTALS = `
  INSERT INTO metering_totals AS stored (
    agent_id, resource_type, currency, window_start, window_ms,
    quantity, cost, events, first_event_at, last_event_at
  )
  SELECT agent_id, resource_type, currency, window_start, $1::bigint, quantity, cost, events, first_at, last_at
  FROM unnest(
    $2::text[], $3::text[], $4::text[], $5::timestamptz[],
    $6::numeric[], $7::numeric[], $8::bigint[], $9::timestamptz[], $10::timestamptz[]
  ) AS added (
    agent_id, resource_type, currency, window_start, quantity, cost, events, first_at, last_at
  )
  ON CONFLICT (agent_id, resource_type, currency, window_start, window_ms) DO UPDATE SET
    quantity = stored.quantity + excluded.quantity,
    cost = stored.cost + excluded.cost,
    events = stored.events + excluded.events,
    first_event_at = least(stored.first_event_at, excluded.first_event_at),
    last_event_at = greatest(stored.last_event_at, excluded.last_event_at),
    updated_at = now()`;

/** Totals in PostgreSQL, one statement for however many, in the caller's transaction when there is one. */
@Injectable()
export class PostgresMeteringTotals extends MeteringTotals {
  constructor(private readonly database: PostgresDatabase) {
    super();
  }

  async add(totals: readonly WindowTotal[], window: MeteringWindow): Promise<void> {
    if (totals.length === 0) return;
    const column = (value: (total: WindowTotal) => unknown): string[] =>
      totals.map((total) => String(value(total)));
    await this.database.query(ADD_TOTALS, [
      window.milliseconds,
      column(({ agentId }) => agentId),
      column(({ resourceType }) => resourceType),
      column(({ currency }) => currency),
      column(({ windowStart }) => windowStart),
      column(({ quantity }) => quantity),
      column(({ cost }) => cost),
      column(({ events }) => events),
      column(({ firstAt }) => firstAt),
      column(({ lastAt }) => lastAt),
    ]);
  }
}
