import { hash, randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { RedisConnections } from '../../connections/redis/index.js';
import type { MessageIdentity } from '../idempotency-provider.port.js';
import {
  LEASE_MS,
  LeaseStore,
  type LeaseAnswer,
  type LeaseReply,
  type LeaseRequest,
} from '../lease/lease-store.port.js';
import { CLAIM_SCRIPT } from './claim-script.js';

const PREFIX = 'millrace:once';
const LONGEST_ID = 256;

/**
 * Claims in Redis: all of one tick in one script. It is as durable as the server: what a restart without persistence,
 * `FLUSHALL`, eviction or a failover loses, is forgotten, and a repeat of it runs again. Lost writes are noticed, logged
 * and counted by the processes that had claimed before; keys that were evicted or deleted one by one are not.
 */
@Injectable()
export class RedisLeaseStore extends LeaseStore {
  readonly #logger = new Logger(RedisLeaseStore.name);
  /** The same for the life of the process: what was claimed under a lost answer is known again. */
  readonly #holder = randomBytes(8).toString('hex');
  /** A scope is long and stands in every key: what stands for it is short. */
  readonly #scopes = new Map<string, string>();
  #era = '';
  #batches = 0;
  #losses = 0;
  #asked = 0;

  constructor(private readonly connections: RedisConnections) {
    super();
  }

  get era(): string {
    return this.#era;
  }

  /** How often the server had lost what it had acknowledged, as far as this process noticed. */
  get losses(): number {
    return this.#losses;
  }

  async ask(requests: readonly LeaseRequest[]): Promise<readonly LeaseReply[]> {
    const proposed = `${this.#holder}-${(this.#asked += 1)}`;
    const keys = requests.map(({ identity }) => this.#keyOf(identity));
    const state = [this.#holder, LEASE_MS, this.#era, proposed, this.#batches];
    const answer = await this.connections.run(
      CLAIM_SCRIPT,
      [PREFIX, ...keys],
      [...state, ...requests.map(textOf)],
    );
    const [era, batches, found, ...answers] = answer as [string, number, number, ...LeaseAnswer[]];
    this.#learn(era, batches, era === proposed ? found : undefined);
    return requests.map((request, index) => ({
      answer: answers[index]!,
      ticket: ticketOf(request, batches),
    }));
  }

  #keyOf({ scope, id }: MessageIdentity): string {
    let prefix = this.#scopes.get(scope);
    if (prefix === undefined) {
      prefix = `${PREFIX}:${shortHash(scope)}:`;
      this.#scopes.set(scope, prefix);
    }
    return prefix + (id.length <= LONGEST_ID ? id : `sha256:${hash('sha256', id, 'hex')}`);
  }

  /** `found` is given by the answer that began the era: how many batches the server still had. */
  #learn(era: string, batches: number, found: number | undefined): void {
    if (era === this.#era) {
      this.#batches = Math.max(this.#batches, batches);
      return;
    }
    if (this.#era !== '') {
      this.#losses += 1;
      const batchesLost = found === undefined ? undefined : this.#batches - found;
      const message = 'Redis has lost what it had stored: repeats of it run again';
      this.#logger.error(message, { batchesLost });
    } else if (found !== undefined) this.#logger.log('Redis remembers no message yet');
    this.#era = era;
    this.#batches = batches;
  }
}

/** 96 bits: scopes are as many as handlers and topics. */
const shortHash = (text: string): string => hash('sha256', text, 'base64url').slice(0, 16);

/** As the script reads it: a letter, then the fields that the kind has. */
function textOf(request: LeaseRequest): string {
  switch (request.kind) {
    case 'claim':
      return `c${request.fingerprint}\n${request.origin}\n${request.ticket ?? ''}`;
    case 'renew':
      return `n${request.fingerprint}\n${request.origin}\n${request.ticket ?? ''}`;
    case 'complete':
      return `d${request.fingerprint}\n${request.windowMs}\n`;
    case 'release':
      return 'x\n\n';
  }
}

function ticketOf(request: LeaseRequest, batches: number): number | undefined {
  return request.kind === 'claim' ? (request.ticket ?? batches) : undefined;
}
