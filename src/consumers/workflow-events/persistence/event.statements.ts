export const INSERT_EVENT = `
  INSERT INTO workflow_events (
    event_id, event_type, source, workflow_id, workflow_run_id, occurred_at,
    payload, fingerprint, source_topic, source_partition, source_offset
  )
  VALUES ($1, $2, $3, $4, $5, $6::timestamptz, $7::jsonb, $8::bytea, $9, $10::integer, $11::bigint)
  ON CONFLICT (event_id) DO NOTHING
  RETURNING 1`;

export const COMPARE_EVENT = `
  SELECT fingerprint = $2::bytea AS "isSame" FROM workflow_events WHERE event_id = $1`;

const micros = (column: string): string =>
  `(extract(epoch FROM ${column}) * 1000000)::bigint::text`;

/**
 * Writes the state of a run that is new, and tells what is stored. Either way the row is locked until the transaction
 * ends: two transactions with events of one run queue up here, and the second reads what the first committed.
 */
export const LOCK_RUN = `
  INSERT INTO workflow_runs AS known (
    workflow_id, workflow_run_id, state, started_at, ended_at,
    last_event_id, last_event_type, last_event_at
  )
  VALUES ($1, $2, $3, $4::timestamptz, $5::timestamptz, $6, $7, $8::timestamptz)
  ON CONFLICT (workflow_id, workflow_run_id) DO UPDATE SET changed_at = known.changed_at
  RETURNING state AS phase, ${micros('started_at')} AS "startedAt", last_event_id AS "lastId",
    last_event_type AS "lastType", ${micros('last_event_at')} AS "lastAt"`;

export const UPDATE_RUN = `
  UPDATE workflow_runs SET
    state = $3, started_at = $4::timestamptz, ended_at = $5::timestamptz,
    last_event_id = $6, last_event_type = $7, last_event_at = $8::timestamptz, changed_at = now()
  WHERE workflow_id = $1 AND workflow_run_id = $2`;
