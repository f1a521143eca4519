import { PreparedStatement, type Migration } from '../../connections/postgres/index.js';
import type { ExpiringRows } from '../postgres/claim-retention.js';

/**
 * Apart from the claims of the inbox, whose rows say by their mere presence that the effect is there. While a message
 * runs, its row holds until `lease_ends_at`; once it has run, until `expires_at`.
 *
 * When it expires is written with the claim already, a lease later than its window asks: so a completion changes no
 * indexed column, and neither writes to the indexes nor leaves anything in them, as long as its page has room.
 */
export const LEASES_MIGRATION: Migration = {
  id: 'idempotency/003-leases',
  sql: `
    CREATE TABLE idempotency_leases (
      scope text COLLATE "C" NOT NULL,
      id text COLLATE "C" NOT NULL,
      fingerprint text NOT NULL,
      holder text NOT NULL,
      origin text NOT NULL,
      ticket bigint NOT NULL,
      is_done boolean NOT NULL,
      lease_ends_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      PRIMARY KEY (scope, id)
    ) WITH (fillfactor = 60);
    CREATE INDEX idempotency_leases_by_expiry ON idempotency_leases (expires_at);
    CREATE SEQUENCE idempotency_lease_tickets;
  `,
};

export const EXPIRED_LEASES: ExpiringRows = {
  table: 'idempotency_leases',
  condition: 'expires_at < now() AND lease_ends_at < now()',
  orderedBy: 'expires_at',
  usesTtl: false,
};

const COLUMNS =
  '(scope, id, fingerprint, holder, origin, ticket, is_done, lease_ends_at, expires_at)';
const IN_MILLISECONDS = (duration: string): string =>
  `clock_timestamp() + ${duration} * interval '1 millisecond'`;

/**
 * Requests as arrays, one for each field: $1 the scopes that occur, $2 for each request which of them, $3 its id. The
 * fields that not every kind has follow.
 */
function asked(fields: Readonly<Record<string, string>> = {}): string {
  const names = ['scope_number', 'id', ...Object.keys(fields)];
  const types = ['int', 'text', ...Object.values(fields)];
  const arrays = types.map((type, index) => `$${index + 2}::${type}[]`);
  return `
    asked AS MATERIALIZED (
      SELECT place::int, ($1::text[])[scope_number] AS scope, ${names.slice(1).join(', ')}
      FROM unnest(${arrays.join(', ')}) WITH ORDINALITY AS request (${names.join(', ')}, place)
    )`;
}

const TERMS = asked({ fingerprint: 'text', origin: 'text', ticket: 'bigint', window_ms: 'bigint' });

/** Every statement takes its rows in the order of their keys: two processes never wait for each other. */
const IN_KEY_ORDER = 'ORDER BY scope, id';

/** $8 the holder, $9 the lease in milliseconds. */
const LEND = `
  INSERT INTO idempotency_leases AS held ${COLUMNS}
  SELECT scope, id, fingerprint, $8, origin, ticket, false,
    ${IN_MILLISECONDS('$9')}, ${IN_MILLISECONDS('(window_ms + $9)')}
  FROM asked ${IN_KEY_ORDER}`;

const NEXT_TICKET = new PreparedStatement(
  'millrace_leases_ticket',
  `SELECT nextval('idempotency_lease_tickets') AS ticket`,
);

/**
 * With a row for each request that was not taken. What another process has claimed since the statement began is not
 * seen, only respected: it is answered as busy.
 */
const CLAIM = new PreparedStatement(
  'millrace_leases_claim',
  `WITH ${TERMS},
  taken AS (
    ${LEND}
    ON CONFLICT (scope, id) DO UPDATE SET
      fingerprint = excluded.fingerprint, holder = excluded.holder, origin = excluded.origin,
      ticket = excluded.ticket, is_done = false, lease_ends_at = excluded.lease_ends_at,
      expires_at = excluded.expires_at
    WHERE held.is_done AND held.expires_at < clock_timestamp()
      OR NOT held.is_done AND (
        held.lease_ends_at < clock_timestamp()
        OR held.holder = excluded.holder
        OR held.origin = excluded.origin AND held.ticket < excluded.ticket)
    RETURNING scope, id
  )
  SELECT place, CASE
      WHEN known.is_done IS NOT TRUE THEN 'busy'
      WHEN known.fingerprint = asked.fingerprint THEN 'duplicate'
      ELSE 'conflict'
    END AS answer
  FROM asked LEFT JOIN idempotency_leases AS known USING (scope, id)
  WHERE (scope, id) NOT IN (SELECT scope, id FROM taken)`,
);

/** The places of the requests that changed nothing. */
const LOST = `SELECT place, 'lost' AS answer FROM asked
  WHERE (scope, id) NOT IN (SELECT scope, id FROM changed)`;

const RENEW = new PreparedStatement(
  'millrace_leases_renew',
  `WITH ${TERMS},
  changed AS (
    ${LEND}
    ON CONFLICT (scope, id) DO UPDATE SET lease_ends_at = excluded.lease_ends_at
    WHERE held.holder = excluded.holder AND NOT held.is_done
    RETURNING scope, id
  ) ${LOST}`,
);

/** Asked again after a lost answer, it finds what it had done and says so. $6 the holder. */
const COMPLETE = new PreparedStatement(
  'millrace_leases_complete',
  `WITH ${asked({ fingerprint: 'text', window_ms: 'bigint' })},
  changed AS (
    INSERT INTO idempotency_leases AS held ${COLUMNS}
    SELECT scope, id, fingerprint, $6, '', 0, true, '-infinity', ${IN_MILLISECONDS('window_ms')}
    FROM asked ${IN_KEY_ORDER}
    ON CONFLICT (scope, id) DO UPDATE SET
      is_done = true, expires_at = greatest(held.expires_at, excluded.expires_at)
    WHERE held.holder = excluded.holder
    RETURNING scope, id
  ) ${LOST}`,
);

/** $4 the holder. */
const RELEASE = new PreparedStatement(
  'millrace_leases_release',
  `WITH ${asked()},
  mine AS MATERIALIZED (
    SELECT scope, id FROM idempotency_leases JOIN asked USING (scope, id)
    WHERE holder = $4 AND NOT is_done
    ${IN_KEY_ORDER}
    FOR UPDATE OF idempotency_leases
  ),
  changed AS (
    DELETE FROM idempotency_leases USING mine
    WHERE idempotency_leases.scope = mine.scope AND idempotency_leases.id = mine.id
    RETURNING mine.scope, mine.id
  ) ${LOST}`,
);

export const LEASE_STATEMENTS = {
  ticket: NEXT_TICKET,
  claim: CLAIM,
  renew: RENEW,
  complete: COMPLETE,
  release: RELEASE,
} as const;
