import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  codeOf,
  POSTGRES,
  type PostgresConnections,
  type PostgresDatabase,
} from '../../connections/postgres/index.js';
import { DependencyUnavailableError } from '../../record/index.js';
import type { MessageIdentity } from '../idempotency-provider.port.js';
import {
  LEASE_MS,
  LeaseStore,
  type LeaseAnswer,
  type LeaseReply,
  type LeaseRequest,
} from '../lease/lease-store.port.js';
import { CLAIM, COMPLETE, RELEASE, RENEW } from './leases-table.js';

/** Serialization failure and deadlock: nothing was done, and the same again may do. */
const COLLIDED = new Set(['40001', '40P01']);
const ATTEMPTS = 5;
const LONGEST_PAUSE_MS = 20;
const CROWDED = 'claims in PostgreSQL collide with those of others again and again';

/**
 * Claims of one consumer in PostgreSQL: one statement for each kind of request in a tick, each a transaction of its own,
 * made again as a whole when it collides with another.
 * A lost answer to a COMMIT is resolved by asking again: rows name their holder, so what had arrived is found.
 */
export class PostgresLeaseStore extends LeaseStore {
  /** What a database has committed it keeps. */
  readonly era = 'one';
  /** The same for the life of the process: what was claimed under a lost answer is known again. */
  readonly #holder = randomBytes(8).toString('hex');

  constructor(
    private readonly connections: PostgresConnections,
    private readonly consumer: string,
  ) {
    super();
  }

  async ask(requests: readonly LeaseRequest[]): Promise<readonly LeaseReply[]> {
    const unmet = await this.connections.unmet(this.consumer);
    if (unmet !== undefined) throw new DependencyUnavailableError(POSTGRES, unmet);
    const replies = new Map<LeaseRequest, LeaseReply>();
    const note = (asked: readonly LeaseRequest[], answers: readonly LeaseReply[]): void =>
      asked.forEach((request, index) => replies.set(request, answers[index]!));
    // What ends comes first: a claim in the same tick may be for what is released here.
    for (const kind of ['complete', 'release', 'renew', 'claim'] as const) {
      const asked = requests.filter((request) => request.kind === kind);
      if (asked.length > 0) note(asked, await this.#askAll(kind, asked));
    }
    return requests.map((request) => replies.get(request)!);
  }

  #askAll(
    kind: LeaseRequest['kind'],
    requests: readonly LeaseRequest[],
  ): Promise<readonly LeaseReply[]> {
    switch (kind) {
      case 'claim':
        return this.#claim(requests);
      case 'renew':
        return this.#change(RENEW, requests, [LEASE_MS]);
      case 'complete':
        return this.#change(COMPLETE, requests);
      case 'release':
        return this.#change(RELEASE, requests);
    }
  }

  async #claim(requests: readonly LeaseRequest[]): Promise<readonly LeaseReply[]> {
    const values = [jsonOf(requests), this.#holder, LEASE_MS];
    const rows = await this.#query<{ ticket: string; answer: LeaseAnswer }>(CLAIM, values);
    return rows.map(({ ticket, answer }) => ({ answer, ticket: Number(ticket) }));
  }

  /** `held` for each row that the statement gives back. */
  async #change(
    statement: string,
    requests: readonly LeaseRequest[],
    more: readonly unknown[] = [],
  ): Promise<readonly LeaseReply[]> {
    const values = [jsonOf(requests), this.#holder, ...more];
    const rows = await this.#query<MessageIdentity>(statement, values);
    const changed = new Set(rows.map(nameOf));
    return requests.map(({ identity }) => ({
      answer: changed.has(nameOf(identity)) ? 'held' : 'lost',
      ticket: undefined,
    }));
  }

  async #query<Row>(statement: string, values: readonly unknown[]): Promise<Row[]> {
    const database: PostgresDatabase = this.connections.for(this.consumer);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await database.query<Row>(statement, values);
      } catch (error) {
        if (!COLLIDED.has(codeOf(error) ?? '')) throw error;
        if (attempt === ATTEMPTS)
          throw new DependencyUnavailableError(POSTGRES, CROWDED, { cause: error });
        await delay(Math.random() * LONGEST_PAUSE_MS * attempt);
      }
    }
  }
}

const nameOf = ({ scope, id }: MessageIdentity): string => `${scope}\n${id}`;

/** One parameter for all: arrays of the driver cost it more than all else. */
function jsonOf(requests: readonly LeaseRequest[]): string {
  return JSON.stringify(
    requests.map(({ identity, ...rest }, place) => ({ place, ...identity, ...rest })),
  );
}
