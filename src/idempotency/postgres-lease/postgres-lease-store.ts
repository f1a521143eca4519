import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  codeOf,
  POSTGRES,
  type PostgresConnections,
  type PostgresDatabase,
} from '../../connections/postgres/index.js';
import { DependencyUnavailableError } from '../../record/index.js';
import {
  LEASE_MS,
  LeaseStore,
  type LeaseAnswer,
  type LeaseReply,
  type LeaseRequest,
} from '../lease/lease-store.port.js';
import { LEASE_STATEMENTS } from './leases-table.js';
import { arraysOf } from './request-arrays.js';

/** Serialization failure and deadlock: nothing was done, and the same again may do. */
const COLLIDED = new Set(['40001', '40P01']);
const ATTEMPTS = 5;
/** What ends comes first: a claim in the same tick may be for what is released here. */
const KINDS = ['complete', 'release', 'renew', 'claim'] as const;
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
    const replies = new Array<LeaseReply>(requests.length);
    for (const kind of KINDS) {
      const places = placesOf(kind, requests);
      if (places.length === 0) continue;
      const given = await this.#askAll(
        kind,
        places.map((place) => requests[place]!),
      );
      for (const [index, place] of places.entries()) replies[place] = given[index]!;
    }
    return replies;
  }

  async #askAll(
    kind: LeaseRequest['kind'],
    requests: readonly LeaseRequest[],
  ): Promise<readonly LeaseReply[]> {
    const ticket = await this.#ticketFor(requests);
    const values: unknown[] = [...arraysOf(requests, String(ticket)), this.#holder];
    if (kind === 'claim' || kind === 'renew') values.push(LEASE_MS);
    const replies = requests.map((request) => usualReply(request, ticket));
    const rows = await this.#query<{ place: number; answer: LeaseAnswer }>(kind, values);
    for (const { place, answer } of rows) {
      const { ticket: judgedWith } = replies[place - 1]!;
      replies[place - 1] = { answer, ticket: judgedWith };
    }
    return replies;
  }

  /** One for all in the question that have none: they are the first of their assignments. */
  async #ticketFor(requests: readonly LeaseRequest[]): Promise<number> {
    if (requests.every((request) => !('ticket' in request) || request.ticket !== undefined))
      return 0;
    const [row] = await this.#query<{ ticket: string }>('ticket', []);
    return Number(row!.ticket);
  }

  async #query<Row>(
    statement: keyof typeof LEASE_STATEMENTS,
    values: readonly unknown[],
  ): Promise<Row[]> {
    const database: PostgresDatabase = this.connections.for(this.consumer);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await database.query<Row>(LEASE_STATEMENTS[statement], values);
      } catch (error) {
        if (!COLLIDED.has(codeOf(error) ?? '')) throw error;
        if (attempt === ATTEMPTS)
          throw new DependencyUnavailableError(POSTGRES, CROWDED, { cause: error });
        await delay(Math.random() * LONGEST_PAUSE_MS * attempt);
      }
    }
  }
}

function placesOf(kind: LeaseRequest['kind'], requests: readonly LeaseRequest[]): number[] {
  const places: number[] = [];
  for (const [place, request] of requests.entries()) if (request.kind === kind) places.push(place);
  return places;
}

const HELD: LeaseReply = { answer: 'held', ticket: undefined };

/** What holds for a request of which the statement says nothing. */
function usualReply(request: LeaseRequest, ticket: number): LeaseReply {
  return request.kind === 'claim' ? { answer: 'taken', ticket: request.ticket ?? ticket } : HELD;
}
