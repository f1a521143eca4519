import { codeOf, type Migration, type PostgresDatabase } from '../../connections/postgres/index.js';
import type { MessageClaim } from '../idempotency-provider.port.js';

/** Of every consumer that keeps its claims in PostgreSQL; consumers of one database share the table. */
export const CLAIMS_MIGRATION: Migration = {
  id: 'idempotency/001-claims',
  sql: `
    CREATE TABLE idempotency_claims (
      scope text NOT NULL,
      id text NOT NULL,
      fingerprint bytea NOT NULL,
      claimed_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (scope, id)
    );
    CREATE INDEX idempotency_claims_by_age ON idempotency_claims (claimed_at);
  `,
};

/** Null where the handler says no window of its own: then `IDEMPOTENCY_TTL` holds, by the age of the claim. */
export const CLAIM_WINDOW_MIGRATION: Migration = {
  id: 'idempotency/002-claim-windows',
  sql: `
    ALTER TABLE idempotency_claims ADD COLUMN expires_at timestamptz;
    CREATE INDEX idempotency_claims_by_expiry ON idempotency_claims (expires_at)
      WHERE expires_at IS NOT NULL;
  `,
};

export type ClaimAnswer = 'taken' | 'duplicate' | 'conflict' | 'vanished';

/** Another transaction holds the claim. The transaction that asked has failed and must be rolled back. */
export class ClaimHeldError extends Error {}

/** Long enough for a quick handler to end, short enough not to keep a connection from the others. */
const PATIENCE = '100ms';

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Takes the claim in the ambient transaction: whoever inserts the row holds it until its transaction ends, and the row
 * is there afterwards only if that one committed. `vanished`: it expired between two looks; ask again.
 */
export async function takeClaim(
  database: PostgresDatabase,
  claim: MessageClaim,
): Promise<ClaimAnswer> {
  const { identity } = claim;
  const key = [identity.scope, identity.id];
  const bytes = bytesOf(claim);
  await database.query(`SET LOCAL lock_timeout = '${PATIENCE}'`);
  if (await insert(database, [...key, bytes, claim.windowMs ?? null])) {
    // The handler's own locks wait as long as the database says.
    await database.query('SET LOCAL lock_timeout TO DEFAULT');
    return 'taken';
  }
  const [known] = await database.query<{ isSame: boolean }>(
    'SELECT fingerprint = $3 AS "isSame" FROM idempotency_claims WHERE scope = $1 AND id = $2',
    [...key, bytes],
  );
  if (known === undefined) return 'vanished';
  return known.isSame ? 'duplicate' : 'conflict';
}

/** `known`: the message has run, for a value with that fingerprint. */
export type SharedClaimAnswer = 'taken' | 'vanished' | { readonly known: Buffer };

/** The same for several messages that differ, in one statement: all of them are held until the transaction ends. */
export async function takeClaims(
  database: PostgresDatabase,
  claims: readonly MessageClaim[],
): Promise<SharedClaimAnswer[]> {
  await database.query(`SET LOCAL lock_timeout = '${PATIENCE}'`);
  const taken = await refusingHeld(() =>
    database.query<ClaimKey>(
      // In one order everywhere, so that two batches with the same messages do not wait for each other.
      `INSERT INTO idempotency_claims (scope, id, fingerprint, expires_at)
       SELECT scope, id, fingerprint, now() + window_ms * interval '1 millisecond'
       FROM unnest($1::text[], $2::text[], $3::bytea[], $4::float8[])
         AS claimed (scope, id, fingerprint, window_ms)
       ORDER BY scope, id
       ON CONFLICT (scope, id) DO NOTHING
       RETURNING scope, id`,
      [...keysOf(claims), claims.map(bytesOf), claims.map(({ windowMs }) => windowMs ?? null)],
    ),
  );
  await database.query('SET LOCAL lock_timeout TO DEFAULT');
  const mine = new Set(taken.map(nameOf));
  const others = claims.filter(({ identity }) => !mine.has(nameOf(identity)));
  const known = new Map<string, Buffer>();
  for (const row of await fingerprints(database, others)) known.set(nameOf(row), row.fingerprint);
  return claims.map(({ identity }) => {
    if (mine.has(nameOf(identity))) return 'taken';
    const fingerprint = known.get(nameOf(identity));
    return fingerprint === undefined ? 'vanished' : { known: fingerprint };
  });
}

/** The fingerprint as the table has it. */
export function bytesOf({ fingerprint }: MessageClaim): Buffer {
  return Buffer.from(fingerprint, 'base64');
}

/** Forgets claims that were taken in this transaction. */
export async function dropClaims(
  database: PostgresDatabase,
  claims: readonly MessageClaim[],
): Promise<void> {
  if (claims.length === 0) return;
  await database.query(
    `DELETE FROM idempotency_claims
     WHERE (scope, id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
    keysOf(claims),
  );
}

interface ClaimKey {
  readonly scope: string;
  readonly id: string;
}

async function fingerprints(
  database: PostgresDatabase,
  claims: readonly MessageClaim[],
): Promise<(ClaimKey & { readonly fingerprint: Buffer })[]> {
  if (claims.length === 0) return [];
  return database.query(
    `SELECT scope, id, fingerprint FROM idempotency_claims
     WHERE (scope, id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
    keysOf(claims),
  );
}

function keysOf(claims: readonly MessageClaim[]): [string[], string[]] {
  return [claims.map(({ identity }) => identity.scope), claims.map(({ identity }) => identity.id)];
}

function nameOf({ scope, id }: ClaimKey): string {
  return `${scope}\n${id}`;
}

async function insert(database: PostgresDatabase, values: readonly unknown[]): Promise<boolean> {
  const inserted = await refusingHeld(() =>
    database.query(
      `INSERT INTO idempotency_claims (scope, id, fingerprint, expires_at)
       VALUES ($1, $2, $3, now() + $4 * interval '1 millisecond')
       ON CONFLICT (scope, id) DO NOTHING
       RETURNING 1`,
      values,
    ),
  );
  return inserted.length === 1;
}

async function refusingHeld<Result>(statement: () => Promise<Result>): Promise<Result> {
  try {
    return await statement();
  } catch (error) {
    if (codeOf(error) !== LOCK_NOT_AVAILABLE) throw error;
    throw new ClaimHeldError('another transaction holds the claim', { cause: error });
  }
}
