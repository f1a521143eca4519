import { Reflector } from '@nestjs/core';
import type { ConsumerSettings } from '../config/index.js';
import type { Delivery } from '../record/index.js';

export type IdempotencyStore = NonNullable<ConsumerSettings['idempotency']>;

/** A number and its unit, as in the environment: `90s`, `12h`, `7d`. */
export type IdempotencyWindow = `${number}${'s' | 'm' | 'h' | 'd'}`;

/**
 * `dead-letter`: reason `id-conflict`. `warn`: settled as a duplicate, with a warning in the log. `process`: handled, as
 * the other message that its bytes make it, and once as well.
 */
export type ConflictPolicy = 'dead-letter' | 'warn' | 'process';

export interface IdempotentOptions {
  /**
   * Where it is remembered which messages have run. `postgres`: in the handler's own transaction, so that effect and
   * mark are one. `postgres-lease`, `redis`: apart from the effect, which may be anywhere. `memory`: in this process
   * only, for as long as it lives. `<CONSUMER>_IDEMPOTENCY` wins over it.
   */
  readonly store: IdempotencyStore;
  /**
   * The message's id, when it is none of those that are looked for. It is given the decoded value before anything has
   * validated it: when it throws, or gives no text, the record is a dead letter, reason `validation`.
   */
  key?(this: void, value: unknown, delivery: Delivery): string;
  /** How long a message is remembered at least. `IDEMPOTENCY_TTL` wins over it; without both the store's own holds. */
  readonly window?: IdempotencyWindow;
  /** What becomes of a message whose id was used before with another value; `dead-letter` when nothing is said. */
  readonly onConflict?: ConflictPolicy;
}

/** Runs the handler once per message. On a class it holds for each of its handlers; on a method it wins as a whole. */
export const Idempotent = Reflector.createDecorator<IdempotentOptions>();
