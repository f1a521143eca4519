import type { Migration } from '../../../connections/postgres/index.js';

export const WORKFLOW_MIGRATIONS: readonly Migration[] = [
  {
    id: 'workflow-events/001-events-runs-callbacks',
    sql: `
      CREATE TABLE workflow_events (
        event_id text PRIMARY KEY,
        event_type text NOT NULL,
        source text NOT NULL,
        workflow_id text NOT NULL,
        workflow_run_id text NOT NULL,
        occurred_at timestamptz NOT NULL,
        payload jsonb NOT NULL,
        fingerprint bytea NOT NULL,
        source_topic text NOT NULL,
        source_partition integer NOT NULL,
        source_offset bigint NOT NULL,
        stored_at timestamptz NOT NULL DEFAULT now()
      );
      COMMENT ON COLUMN workflow_events.fingerprint IS 'SHA-256 of the record''s value';
      CREATE INDEX workflow_events_by_run
        ON workflow_events (workflow_id, workflow_run_id, occurred_at);

      CREATE TABLE workflow_runs (
        workflow_id text NOT NULL,
        workflow_run_id text NOT NULL,
        state text NOT NULL,
        started_at timestamptz,
        ended_at timestamptz,
        last_event_id text NOT NULL,
        last_event_type text NOT NULL,
        last_event_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (workflow_id, workflow_run_id)
      );

      CREATE TABLE workflow_callbacks (
        event_id text NOT NULL REFERENCES workflow_events (event_id) ON DELETE CASCADE,
        callback text NOT NULL,
        state text NOT NULL,
        calls integer NOT NULL,
        error_class text,
        called_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (event_id, callback)
      );
      COMMENT ON COLUMN workflow_callbacks.state IS 'done, or failed: then it is called again with its record';
    `,
  },
  {
    id: 'workflow-events/002-ended-runs',
    sql: `
      CREATE TABLE workflow_ended_runs (
        workflow_id text NOT NULL,
        ended_on date NOT NULL,
        event_type text NOT NULL,
        events bigint NOT NULL,
        PRIMARY KEY (workflow_id, ended_on, event_type)
      );
      COMMENT ON COLUMN workflow_ended_runs.ended_on IS 'the day in UTC';
    `,
  },
];
