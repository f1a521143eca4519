import { Logger } from '@nestjs/common';
import type { Outcome } from '../../record/index.js';
import {
  ALREADY_RAN,
  BUSY,
  CONFLICT,
  type MessageClaim,
  type RunOnceResult,
} from '../idempotency-provider.port.js';
import { AssignmentTickets } from './assignment-tickets.js';
import {
  LEASE_MS,
  type LeaseAnswer,
  type LeaseReply,
  type LeaseRequest,
  type LeaseStore,
  type LeaseTerms,
} from './lease-store.port.js';
import { RequestBatches } from './request-batches.js';

/** Three chances before a lease ends. */
const RENEW_EVERY_MS = LEASE_MS / 3;

const BATCH_LIMITS = { size: 500, underWay: 2, least: 25 };

/** Of a SHA-256 in base64: 144 bits tell values apart as well, and are kept once for every message. */
const FINGERPRINT_LENGTH = 24;

const NOT_TAKEN: Partial<Record<LeaseAnswer, RunOnceResult>> = {
  duplicate: ALREADY_RAN,
  conflict: CONFLICT,
};

type Claim = LeaseRequest & { readonly kind: 'claim' };

/** A message that is worked on here. */
interface Run {
  /** Once its claim is taken, and while it is. */
  terms: LeaseTerms | undefined;
}

/** The work has run, and the store does not know it yet. */
interface Unrecorded {
  readonly completion: LeaseRequest & { readonly kind: 'complete' };
  readonly outcome: Outcome;
}

/**
 * Claim, work, complete, for effects that are not in the store. Once per message as long as its process lives: the claim
 * is renewed while the work runs, also past a minute. A process that is killed between its effect and its completion
 * leaves an effect that comes again.
 *
 * A lost answer to a completion: the work is not run again for it. Its outcome is kept here, and told again, until the
 * store has taken it.
 *
 * A claim that was taken over by a newer owner while its work ran: the completion is refused and the result is `busy`,
 * so that the record learns from the newer run what became of it.
 */
export class LeasedRuns {
  readonly #logger = new Logger(LeasedRuns.name);
  readonly #running = new Map<string, Run>();
  readonly #unrecorded = new Map<string, Unrecorded>();
  readonly #tickets = new AssignmentTickets();
  readonly #batches: RequestBatches<LeaseRequest, LeaseReply>;
  #renewing: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: LeaseStore,
    private readonly windowMs: number,
  ) {
    this.#batches = new RequestBatches((requests) => store.ask(requests), BATCH_LIMITS);
  }

  async runOnce(claim: MessageClaim, work: () => Promise<Outcome>): Promise<RunOnceResult> {
    const message = `${claim.identity.scope}\n${claim.identity.id}`;
    if (this.#running.has(message)) return BUSY;
    const run: Run = { terms: undefined };
    this.#running.set(message, run);
    this.#watchLeases();
    try {
      const ran = this.#unrecorded.get(message) ?? (await this.#claimAndWork(run, claim, work));
      return 'kind' in ran ? ran : await this.#record(message, ran);
    } finally {
      this.#running.delete(message);
      this.#watchLeases();
    }
  }

  /** With what is to be recorded when the work has run here. */
  async #claimAndWork(
    run: Run,
    claim: MessageClaim,
    work: () => Promise<Outcome>,
  ): Promise<Unrecorded | RunOnceResult> {
    const terms = this.#termsOf(claim);
    const { answer, ticket } = await this.#batches.add(terms);
    if (ticket !== undefined && terms.ticket === undefined)
      this.#tickets.remember(claim.delivery, this.store.era, ticket);
    if (answer !== 'taken') return NOT_TAKEN[answer] ?? BUSY;
    run.terms = terms.ticket === ticket ? terms : { ...terms, ticket };
    const { identity, fingerprint, windowMs } = terms;
    try {
      const outcome = await work();
      return { completion: { kind: 'complete', identity, fingerprint, windowMs }, outcome };
    } catch (error) {
      // A claim that cannot be released ends by itself, and is taken again by this process before.
      await this.#batches.add({ kind: 'release', identity }).catch(() => undefined);
      throw error;
    }
  }

  async #record(message: string, unrecorded: Unrecorded): Promise<RunOnceResult> {
    try {
      const { answer } = await this.#batches.add(unrecorded.completion);
      this.#unrecorded.delete(message);
      if (answer === 'held') return { kind: 'ran', outcome: unrecorded.outcome };
      const { scope } = unrecorded.completion.identity;
      this.#logger.warn('a handler ended after its claim had been taken over', { scope });
      return BUSY;
    } catch (error) {
      this.#unrecorded.set(message, unrecorded);
      throw error;
    }
  }

  #termsOf({ identity, fingerprint, delivery, windowMs }: MessageClaim): Claim {
    const { topic, partition, offset } = delivery.origin;
    return {
      kind: 'claim',
      identity,
      fingerprint: fingerprint.slice(0, FINGERPRINT_LENGTH),
      origin: `${topic}/${partition}/${offset}`,
      ticket: this.#tickets.of(delivery, this.store.era),
      windowMs: windowMs ?? this.windowMs,
    };
  }

  /** A timer for as long as there is something to renew, and no longer. */
  #watchLeases(): void {
    if (this.#running.size + this.#unrecorded.size === 0) {
      clearInterval(this.#renewing);
      this.#renewing = undefined;
    } else {
      this.#renewing ??= setInterval(() => this.#renewAll(), RENEW_EVERY_MS).unref();
    }
  }

  #renewAll(): void {
    for (const run of this.#running.values()) this.#renew(run);
    for (const [message, unrecorded] of this.#unrecorded) {
      // Its record may have gone to another process: then nobody here asks for it again.
      this.#record(message, unrecorded).then(
        () => this.#watchLeases(),
        () => undefined, // the store does not answer: it is told later
      );
    }
  }

  #renew(run: Run): void {
    if (run.terms === undefined) return;
    this.#batches.add({ ...run.terms, kind: 'renew' }).then(
      ({ answer }) => {
        if (answer === 'lost') run.terms = undefined;
      },
      () => undefined, // the store does not answer: the next renewal may reach it
    );
  }
}
