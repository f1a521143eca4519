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
  type LeaseReply,
  type LeaseRequest,
  type LeaseStore,
  type LeaseTerms,
} from './lease-store.port.js';
import { RequestBatches } from './request-batches.js';

/** Three chances before a lease ends. */
const RENEW_EVERY_MS = LEASE_MS / 3;

const BATCH_LIMITS = { size: 500, underWay: 2 };

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
  /** Messages that are worked on here; with their terms once the claim is taken. */
  readonly #running = new Map<string, LeaseTerms | undefined>();
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
    this.#running.set(message, undefined);
    try {
      const unrecorded = this.#unrecorded.get(message);
      if (unrecorded !== undefined) return await this.#record(message, unrecorded);
      return await this.#claimAndRun(message, claim, work);
    } finally {
      this.#running.delete(message);
      this.#watchLeases();
    }
  }

  async #claimAndRun(
    message: string,
    claim: MessageClaim,
    work: () => Promise<Outcome>,
  ): Promise<RunOnceResult> {
    const terms = this.#termsOf(claim);
    const { answer, ticket } = await this.#batches.add({ kind: 'claim', ...terms });
    if (ticket !== undefined) this.#tickets.remember(claim.delivery, this.store.era, ticket);
    switch (answer) {
      case 'taken':
        return this.#run(message, { ...terms, ticket }, claim.windowMs ?? this.windowMs, work);
      case 'duplicate':
        return ALREADY_RAN;
      case 'conflict':
        return CONFLICT;
      default:
        return BUSY;
    }
  }

  async #run(
    message: string,
    terms: LeaseTerms,
    windowMs: number,
    work: () => Promise<Outcome>,
  ): Promise<RunOnceResult> {
    this.#running.set(message, terms);
    this.#watchLeases();
    const { identity, fingerprint } = terms;
    let outcome: Outcome;
    try {
      outcome = await work();
    } catch (error) {
      // A claim that cannot be released ends by itself, and is taken again by this process before.
      await this.#batches.add({ kind: 'release', identity }).catch(() => undefined);
      throw error;
    }
    const completion = { kind: 'complete', identity, fingerprint, windowMs } as const;
    return this.#record(message, { completion, outcome });
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

  #termsOf({ identity, fingerprint, delivery }: MessageClaim): LeaseTerms {
    const { topic, partition, offset } = delivery.origin;
    return {
      identity,
      fingerprint: base64Of(fingerprint),
      origin: `${topic}/${partition}/${offset}`,
      ticket: this.#tickets.of(delivery, this.store.era),
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
    for (const [message, terms] of this.#running) {
      if (terms !== undefined) this.#renew(message, terms);
    }
    for (const [message, unrecorded] of this.#unrecorded) {
      // Its record may have gone to another process: then nobody here asks for it again.
      this.#record(message, unrecorded).then(
        () => this.#watchLeases(),
        () => undefined, // the store does not answer: it is told later
      );
    }
  }

  #renew(message: string, terms: LeaseTerms): void {
    this.#batches.add({ kind: 'renew', ...terms }).then(
      ({ answer }) => {
        if (answer === 'lost' && this.#running.has(message)) this.#running.set(message, undefined);
      },
      () => undefined, // the store does not answer: the next renewal may reach it
    );
  }
}

/** Of a SHA-256 its first 144 bits, which tell values apart as well and are kept once for every message. */
function base64Of(fingerprint: Buffer | string): string {
  const bytes = typeof fingerprint === 'string' ? Buffer.from(fingerprint) : fingerprint;
  return bytes.toString('base64', 0, 18);
}
