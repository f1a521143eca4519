import { Injectable, Logger } from '@nestjs/common';
import {
  batchOptionsOf,
  bufferedSinkOptionsOf,
  HandlerDeclarationError,
  PolicyInterceptor,
} from '../kafka/index.js';
import {
  DUPLICATE,
  type BatchStep,
  type Delivery,
  type DeliveryStep,
  type HandlerDescription,
  type Outcome,
} from '../record/index.js';
import { ClaimCounts, type ClaimAnswer } from './claim-counts.js';
import { ClaimsTogether } from './claims-together.js';
import { IdConflictError } from './idempotency.errors.js';
import type {
  IdempotencyProvider,
  MessageClaim,
  RunOnceResult,
} from './idempotency-provider.port.js';
import { IdempotencyStores } from './idempotency-stores.js';
import { fingerprintOf, identityOf, withFingerprint } from './message-identity.js';
import type { OnceRules } from './once-rules.js';

const FIRST_BUSY_DELAY_MS = 200;
const LONGEST_BUSY_DELAY_MS = 5_000;

/**
 * Runs a handler once per message: what has run before is a duplicate, what runs elsewhere is waited for without
 * counting an attempt and without holding anything. How far "once" reaches is its store's promise. A message whose
 * identity was used for another value is refused with `IdConflictError`, unless the handler says otherwise.
 */
@Injectable()
export class IdempotencyInterceptor extends PolicyInterceptor {
  readonly claims = new ClaimCounts();
  private readonly together = new ClaimsTogether();

  constructor(private readonly stores: IdempotencyStores) {
    super();
  }

  /** The step for one handler, or undefined when its messages are not remembered. */
  stepFor(handler: HandlerDescription): DeliveryStep | undefined {
    const provider = this.stores.providerFor(handler);
    if (provider === undefined) return undefined;
    const counts = this.claims.of(this.stores.storeOf(handler));
    const isTransactional = provider.runTogether !== undefined;
    if (isTransactional && bufferedSinkOptionsOf(handler.method) !== undefined) {
      throw new HandlerDeclarationError(
        `@BufferedSink of ${handler.handler} cannot have its messages remembered in the handler's transaction, which would ` +
          'be open until the flush: take another store, or @Batch',
      );
    }
    const isBatch = batchOptionsOf(handler.method) !== undefined;
    const asked = isTransactional && isBatch ? this.together : provider;
    const store = { provider: asked, counts, rules: this.stores.rulesFor(handler) };
    return (delivery, next) => runOnce(store, delivery, next);
  }

  /** The step around the batches of one handler, or undefined when its claims are not part of their transactions. */
  batchStepFor(handler: HandlerDescription): BatchStep | undefined {
    const provider = this.stores.providerFor(handler);
    if (!isForBatches(provider)) return undefined;
    return batchOptionsOf(handler.method) && this.together.step(provider);
  }
}

function isForBatches(
  provider: IdempotencyProvider | undefined,
): provider is IdempotencyProvider & Required<Pick<IdempotencyProvider, 'runTogether'>> {
  return provider?.runTogether !== undefined;
}

interface CountedStore {
  readonly provider: Pick<IdempotencyProvider, 'runOnce'>;
  readonly counts: Record<ClaimAnswer, number>;
  readonly rules: OnceRules;
}

const logger = new Logger('IdempotencyInterceptor');

async function runOnce(
  { provider, counts, rules }: CountedStore,
  delivery: Delivery,
  next: () => Promise<Outcome>,
): Promise<Outcome> {
  const { key, windowMs, onConflict } = rules;
  const identity = identityOf(delivery, key);
  const fingerprint = fingerprintOf(delivery.record);
  let claim: MessageClaim = { identity, fingerprint, delivery, windowMs };
  for (let timesBusy = 0; ; timesBusy += 1) {
    let result: RunOnceResult;
    try {
      result = await provider.runOnce(claim, next);
    } catch (error) {
      counts.failed += 1;
      throw error;
    }
    counts[result.kind] += 1;
    switch (result.kind) {
      case 'ran':
        return result.outcome;
      case 'duplicate':
        return DUPLICATE;
      case 'conflict':
        if (onConflict === 'dead-letter') {
          throw new IdConflictError('the id of this message was used before for another value');
        }
        if (onConflict === 'warn') return warned(delivery);
        claim = { ...claim, identity: withFingerprint(identity, fingerprint) };
        break;
      case 'busy':
        await delivery.suspend(Date.now() + busyDelayMs(timesBusy), { why: 'backoff' });
    }
  }
}

function warned({ record, handler }: Delivery): Outcome {
  const { topic, partition, offset } = record;
  const message = 'the id of a message was used before for another value: settled as a duplicate';
  logger.warn(message, { topic, partition, offset, handler: handler.handler });
  return DUPLICATE;
}

/** Doubled each time, and spread by a quarter so that copies do not come back all at once. */
function busyDelayMs(timesBusy: number): number {
  const delay = Math.min(FIRST_BUSY_DELAY_MS * 2 ** timesBusy, LONGEST_BUSY_DELAY_MS);
  return delay * (0.75 + Math.random() / 2);
}
