import { Reflector } from '@nestjs/core';
import type { ConsumerSettings } from '../config/index.js';

export type IdempotencyStore = NonNullable<ConsumerSettings['idempotency']>;

export interface IdempotentOptions {
  /**
   * Where it is remembered which messages have run. `postgres`: in the handler's own transaction, so that effect and
   * mark are one. `memory`: in this process only, for as long as it lives. `<CONSUMER>_IDEMPOTENCY` wins over it.
   */
  readonly store: IdempotencyStore;
}

/** Runs the handler once per message. On a class it holds for each of its handlers; on a method it wins. */
export const Idempotent = Reflector.createDecorator<IdempotentOptions>();
