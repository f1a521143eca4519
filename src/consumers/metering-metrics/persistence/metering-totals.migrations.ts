import type { Migration } from '../../../connections/postgres/index.js';

export const METERING_TOTALS_MIGRATIONS: readonly Migration[] = [
  {
    id: 'metering-metrics/001-totals',
    sql: `
      CREATE TABLE metering_totals (
        agent_id text NOT NULL,
        resource_type text NOT NULL,
        currency text NOT NULL,
        window_start timestamptz NOT NULL,
        window_ms bigint NOT NULL,
        quantity numeric NOT NULL,
        cost numeric NOT NULL,
        events bigint NOT NULL,
        first_event_at timestamptz NOT NULL,
        last_event_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (agent_id, resource_type, currency, window_start, window_ms)
      );
      COMMENT ON COLUMN metering_totals.window_ms IS 'the length of the window, in milliseconds';
      CREATE INDEX metering_totals_by_window ON metering_totals (window_start);
    `,
  },
];
