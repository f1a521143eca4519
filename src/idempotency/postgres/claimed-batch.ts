import type { PostgresDatabase } from '../../connections/postgres/index.js';
import { DependencyUnavailableError, type BatchedResult } from '../../record/index.js';
import {
  ALREADY_RAN,
  BUSY,
  CONFLICT,
  type MessageClaim,
  type TogetherResult,
  type TogetherWork,
} from '../idempotency-provider.port.js';
import { bytesOf, ClaimHeldError, dropClaims, takeClaims } from './claims-table.js';

/** Each that is held is waited for a little: where so many in a row are, the others are not looked at. */
const HELD_IN_A_ROW = 3;

/** Runs several messages in one transaction. A message that is held elsewhere costs the others that transaction. */
export async function runBatch(
  database: PostgresDatabase,
  claims: readonly MessageClaim[],
  work: TogetherWork,
): Promise<readonly TogetherResult[]> {
  if (claims.length === 0) return [];
  try {
    return await database.transaction(() => claimAndRunAll(database, claims, work));
  } catch (error) {
    if (!(error instanceof ClaimHeldError)) throw error;
    return claims.length === 1 ? [BUSY] : oneByOne(database, claims, work);
  }
}

/** Alone in its transaction each has its own errors, so they are its answer. */
async function oneByOne(
  database: PostgresDatabase,
  claims: readonly MessageClaim[],
  work: TogetherWork,
): Promise<readonly TogetherResult[]> {
  const results: TogetherResult[] = [];
  let heldInARow = 0;
  let unavailable: DependencyUnavailableError | undefined;
  for (const claim of claims) {
    const rest =
      unavailable === undefined ? BUSY : ({ kind: 'failed', error: unavailable } as const);
    const isOver = unavailable !== undefined || heldInARow === HELD_IN_A_ROW;
    const result = isOver ? rest : await alone(database, claim, work);
    results.push(result);
    heldInARow = result.kind === 'busy' ? Math.min(heldInARow + 1, HELD_IN_A_ROW) : 0;
    if (result.kind === 'failed' && result.error instanceof DependencyUnavailableError)
      unavailable = result.error;
  }
  return results;
}

async function alone(
  database: PostgresDatabase,
  claim: MessageClaim,
  work: TogetherWork,
): Promise<TogetherResult> {
  try {
    return (await runBatch(database, [claim], work))[0]!;
  } catch (error) {
    return { kind: 'failed', error };
  }
}

async function claimAndRunAll(
  database: PostgresDatabase,
  claims: readonly MessageClaim[],
  work: TogetherWork,
): Promise<TogetherResult[]> {
  const firsts = firstOfEach(claims);
  const answers = await takeClaims(database, [...firsts.values()]);
  const fresh = [...firsts.values()].filter((_, index) => answers[index] === 'taken');
  const worked = fresh.length === 0 ? [] : await work(fresh);
  const failed = fresh.filter((_, index) => 'error' in worked[index]!);
  await dropClaims(database, failed);
  const resultOf = new Map(fresh.map((claim, index) => [claim, worked[index]!]));
  const answerOf = new Map([...firsts.keys()].map((message, index) => [message, answers[index]!]));
  return claims.map((claim) => {
    const message = nameOf(claim);
    const first = firsts.get(message)!;
    const answer = answerOf.get(message)!;
    if (answer === 'vanished') return BUSY;
    if (answer !== 'taken') return asRepeatOf(answer.known, claim);
    const result = resultOf.get(first)!;
    return claim === first ? asRun(result) : afterwards(result, first, claim);
  });
}

function firstOfEach(claims: readonly MessageClaim[]): Map<string, MessageClaim> {
  const firsts = new Map<string, MessageClaim>();
  for (const claim of claims) if (!firsts.has(nameOf(claim))) firsts.set(nameOf(claim), claim);
  return firsts;
}

function asRun(result: BatchedResult): TogetherResult {
  return 'error' in result
    ? { kind: 'failed', error: result.error }
    : { kind: 'ran', outcome: result.outcome };
}

/** A copy in the same batch: it comes again when the one before it has failed. */
function afterwards(
  result: BatchedResult,
  first: MessageClaim,
  claim: MessageClaim,
): TogetherResult {
  return 'error' in result ? BUSY : asRepeatOf(bytesOf(first), claim);
}

function asRepeatOf(known: Buffer, claim: MessageClaim): TogetherResult {
  return known.equals(bytesOf(claim)) ? ALREADY_RAN : CONFLICT;
}

function nameOf({ identity: { scope, id } }: MessageClaim): string {
  return `${scope}\n${id}`;
}
