import { randomBytes, hash } from 'node:crypto';
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
const LONGEST_KEY_BYTES = 512;

const freshName = (): string => randomBytes(8).toString('hex');

/**
 * Claims in Redis: all of one tick in one script. It is as durable as the server: what a restart without persistence,
 * `FLUSHALL`, eviction or a failover loses, is forgotten, and a repeat of it runs again. Lost writes are noticed, logged
 * and counted by the processes that had claimed before; keys that were evicted or deleted one by one are not.
 */
@Injectable()
export class RedisLeaseStore extends LeaseStore {
  readonly #logger = new Logger(RedisLeaseStore.name);
  /** The same for the life of the process: what was claimed under a lost answer is known again. */
  readonly #holder = freshName();
  #era = '';
  #batches = 0;
  #losses = 0;

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
    const proposed = freshName();
    const keys = requests.map(({ identity }) => keyOf(identity));
    const state = [this.#holder, LEASE_MS, this.#era, proposed, this.#batches];
    const answer = await this.connections.run(
      CLAIM_SCRIPT,
      [PREFIX, ...keys],
      [...state, ...requests.flatMap(argumentsOf)],
    );
    const [era, batches, found, ...answers] = answer as [string, number, number, ...LeaseAnswer[]];
    this.#learn(era, batches, era === proposed ? found : undefined);
    return requests.map((request, index) => ({
      answer: answers[index]!,
      ticket: ticketOf(request, batches),
    }));
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

function keyOf({ scope, id }: MessageIdentity): string {
  const key = `${PREFIX}:${scope}:${id}`;
  if (Buffer.byteLength(key) <= LONGEST_KEY_BYTES) return key;
  return `${PREFIX}-sha256:${hash('sha256', key, 'hex')}`;
}

function argumentsOf(request: LeaseRequest): readonly (string | number)[] {
  switch (request.kind) {
    case 'claim':
    case 'renew':
      return [request.kind, request.fingerprint, request.origin, request.ticket ?? ''];
    case 'complete':
      return [request.kind, request.fingerprint, request.windowMs, ''];
    case 'release':
      return [request.kind, '', '', ''];
  }
}

function ticketOf(request: LeaseRequest, batches: number): number | undefined {
  return request.kind === 'claim' ? (request.ticket ?? batches) : undefined;
}
