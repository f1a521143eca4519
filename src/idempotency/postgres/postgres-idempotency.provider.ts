import { Injectable } from '@nestjs/common';
import {
  POSTGRES,
  PostgresConnections,
  type PostgresDatabase,
} from '../../connections/postgres/index.js';
import { DependencyUnavailableError, type Outcome } from '../../record/index.js';
import { ClaimInsideTransactionError } from '../idempotency.errors.js';
import {
  ALREADY_RAN,
  BUSY,
  CONFLICT,
  IdempotencyProvider,
  type MessageClaim,
  type MessageIdentity,
  type RunOnceResult,
  type TogetherResult,
  type TogetherWork,
} from '../idempotency-provider.port.js';
import {
  CLAIM_WINDOW_MIGRATION,
  ClaimHeldError,
  CLAIMS_MIGRATION,
  takeClaim,
} from './claims-table.js';
import { runBatch } from './claimed-batch.js';
import { ClaimRetention, CLAIMS_BY_AGE, CLAIMS_BY_WINDOW } from './claim-retention.js';

/**
 * Once per message for effects in the same database: the claim's row and what the handler writes through its
 * `PostgresDatabase` commit in one transaction, so either both are there or neither. Effects elsewhere are not covered.
 *
 * A lost answer to COMMIT: an attempt claims, writes, sends COMMIT and loses the connection. It ends with
 * `DependencyUnavailableError` and the record waits. The next attempt claims again. If the COMMIT had arrived, the row
 * is there and it is a duplicate, its effect kept; if not, the row is gone and the handler runs; if the server is still
 * busy with it, the row is locked and the claim is busy. So the row always answers what the client could not know.
 *
 * Two owners of one record, when a partition moves while its old owner still works: the new owner finds the row locked
 * and is busy until the old transaction ends, then runs or is a duplicate by how it ended.
 */
@Injectable()
export class PostgresIdempotencyProvider extends IdempotencyProvider {
  /** Copies of a message that this very process works on need no connection to be found busy. */
  readonly #running = new Set<string>();

  constructor(
    private readonly connections: PostgresConnections,
    private readonly retention: ClaimRetention,
  ) {
    super();
  }

  prepare(consumer: string): void {
    this.connections.register(consumer, [CLAIMS_MIGRATION, CLAIM_WINDOW_MIGRATION]);
    this.retention.keepUp(consumer, [CLAIMS_BY_AGE, CLAIMS_BY_WINDOW]);
  }

  async runOnce(claim: MessageClaim, work: () => Promise<Outcome>): Promise<RunOnceResult> {
    const { consumer } = claim.delivery.handler;
    const database = this.#outsideTransaction(consumer);
    const message = nameOf(claim.identity);
    if (this.#running.has(message)) return BUSY;
    this.#running.add(message);
    try {
      await this.#refuseWithoutTable(consumer);
      return await database.transaction(() => claimAndRun(database, claim, work));
    } catch (error) {
      if (error instanceof ClaimHeldError) return BUSY;
      throw error;
    } finally {
      this.#running.delete(message);
    }
  }

  /**
   * A batch in which another transaction holds a message is run message by message: so the one that is held is busy, and
   * the others are not.
   */
  override async runTogether(
    claims: readonly MessageClaim[],
    work: TogetherWork,
  ): Promise<readonly TogetherResult[]> {
    const { consumer } = claims[0]!.delivery.handler;
    const database = this.#outsideTransaction(consumer);
    const free = claims.filter(({ identity }) => !this.#running.has(nameOf(identity)));
    for (const { identity } of free) this.#running.add(nameOf(identity));
    try {
      await this.#refuseWithoutTable(consumer);
      const results = await runBatch(database, free, work);
      const resultOf = new Map(free.map((claim, index) => [claim, results[index]!]));
      return claims.map((claim) => resultOf.get(claim) ?? BUSY);
    } finally {
      for (const { identity } of free) this.#running.delete(nameOf(identity));
    }
  }

  #outsideTransaction(consumer: string): PostgresDatabase {
    const database = this.connections.for(consumer);
    if (!database.inTransaction) return database;
    throw new ClaimInsideTransactionError('a message is claimed inside an open transaction');
  }

  /** Asked before the start on our transport, and known since then; on Nest's own nobody has asked yet. */
  async #refuseWithoutTable(consumer: string): Promise<void> {
    const unmet = await this.connections.unmet(consumer);
    if (unmet !== undefined) throw new DependencyUnavailableError(POSTGRES, unmet);
  }
}

function nameOf({ scope, id }: MessageIdentity): string {
  return `${scope}\n${id}`;
}

async function claimAndRun(
  database: PostgresDatabase,
  claim: MessageClaim,
  work: () => Promise<Outcome>,
): Promise<RunOnceResult> {
  const answer = await takeClaim(database, claim);
  switch (answer) {
    case 'taken':
      return { kind: 'ran', outcome: await work() };
    case 'duplicate':
      return ALREADY_RAN;
    case 'conflict':
      return CONFLICT;
    case 'vanished':
      return BUSY;
  }
}
