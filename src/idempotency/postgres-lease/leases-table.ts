import type { Migration } from '../../connections/postgres/index.js';
import type { ExpiringRows } from '../postgres/claim-retention.js';

/**
 * Apart from the claims of the inbox, whose rows say by their mere presence that the effect is there. A row expires with
 * its lease while the message runs, and with its window once it has run.
 */
export const LEASES_MIGRATION: Migration = {
  id: 'idempotency/003-leases',
  sql: `
    CREATE TABLE idempotency_leases (
      scope text NOT NULL,
      id text NOT NULL,
      fingerprint text NOT NULL,
      holder text NOT NULL,
      origin text NOT NULL,
      ticket bigint NOT NULL,
      is_done boolean NOT NULL,
      expires_at timestamptz NOT NULL,
      PRIMARY KEY (scope, id)
    );
    CREATE INDEX idempotency_leases_by_expiry ON idempotency_leases (expires_at);
    CREATE SEQUENCE idempotency_lease_tickets;
  `,
};

export const EXPIRED_LEASES: ExpiringRows = {
  table: 'idempotency_leases',
  condition: 'expires_at < now()',
  orderedBy: 'expires_at',
  usesTtl: false,
};

/** Every statement takes its rows in the order of their keys: two processes never wait for each other. */
const IN_KEY_ORDER = 'ORDER BY scope, id';

const COLUMNS = '(scope, id, fingerprint, holder, origin, ticket, is_done, expires_at)';
const IN_MILLISECONDS = (parameter: string): string =>
  `clock_timestamp() + ${parameter} * interval '1 millisecond'`;

/** $1: the requests of one kind as JSON, with their places in it. */
const REQUESTS = (...columns: string[]): string =>
  `json_to_recordset($1) AS request (place int, scope text, id text, ${columns.join(', ')})`;
const TERMS = REQUESTS('fingerprint text', 'origin text', 'ticket bigint');

/**
 * $1: requests; $2 the holder, $3 the lease in milliseconds. What another process has claimed since the statement began
 * is not seen, only respected: it is answered as busy.
 */
export const CLAIM = `
  WITH fresh AS MATERIALIZED (SELECT nextval('idempotency_lease_tickets') AS ticket),
  asked AS MATERIALIZED (
    SELECT place, scope, id, fingerprint, origin, coalesce(request.ticket, fresh.ticket) AS ticket
    FROM ${TERMS}, fresh
  ),
  taken AS (
    INSERT INTO idempotency_leases AS held ${COLUMNS}
    SELECT scope, id, fingerprint, $2, origin, ticket, false, ${IN_MILLISECONDS('$3')}
    FROM asked ${IN_KEY_ORDER}
    ON CONFLICT (scope, id) DO UPDATE SET
      fingerprint = excluded.fingerprint, holder = excluded.holder, origin = excluded.origin,
      ticket = excluded.ticket, is_done = false, expires_at = excluded.expires_at
    WHERE held.expires_at < clock_timestamp()
      OR NOT held.is_done AND (
        held.holder = excluded.holder
        OR held.origin = excluded.origin AND held.ticket < excluded.ticket)
    RETURNING scope, id
  )
  SELECT asked.ticket::text AS ticket, CASE
      WHEN taken.id IS NOT NULL THEN 'taken'
      WHEN known.is_done IS NOT TRUE THEN 'busy'
      WHEN known.fingerprint = asked.fingerprint THEN 'duplicate'
      ELSE 'conflict'
    END AS answer
  FROM asked
    LEFT JOIN taken USING (scope, id)
    LEFT JOIN idempotency_leases AS known USING (scope, id)
  ORDER BY place`;

/** Parameters as of a claim, each request with its ticket. */
export const RENEW = `
  INSERT INTO idempotency_leases AS held ${COLUMNS}
  SELECT scope, id, fingerprint, $2, origin, ticket, false, ${IN_MILLISECONDS('$3')}
  FROM ${TERMS} ${IN_KEY_ORDER}
  ON CONFLICT (scope, id) DO UPDATE SET expires_at = excluded.expires_at
  WHERE held.holder = excluded.holder AND NOT held.is_done
  RETURNING scope, id`;

/**
 * $1: requests, with their windows in milliseconds; $2 the holder. Asked again after a lost answer, it finds
 * what it had done and says so.
 */
export const COMPLETE = `
  INSERT INTO idempotency_leases AS held ${COLUMNS}
  SELECT scope, id, fingerprint, $2, '', 0, true, ${IN_MILLISECONDS('"windowMs"')}
  FROM ${REQUESTS('fingerprint text', '"windowMs" bigint')} ${IN_KEY_ORDER}
  ON CONFLICT (scope, id) DO UPDATE SET is_done = true, expires_at = excluded.expires_at
  WHERE held.holder = excluded.holder
  RETURNING scope, id`;

/** $1: requests; $2 the holder. */
export const RELEASE = `
  WITH mine AS MATERIALIZED (
    SELECT scope, id
    FROM idempotency_leases JOIN json_to_recordset($1) AS request (scope text, id text)
      USING (scope, id)
    WHERE holder = $2 AND NOT is_done
    ${IN_KEY_ORDER}
    FOR UPDATE OF idempotency_leases
  )
  DELETE FROM idempotency_leases USING mine
  WHERE idempotency_leases.scope = mine.scope AND idempotency_leases.id = mine.id
  RETURNING mine.scope, mine.id`;
