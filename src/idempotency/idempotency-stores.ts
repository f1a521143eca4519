import { Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ConfigurationError, consumerPrefix, Settings } from '../config/index.js';
import type { HandlerDescription } from '../record/index.js';
import type { IdempotencyProvider } from './idempotency-provider.port.js';
import { Idempotent, type IdempotencyStore } from './idempotent.decorator.js';
import { MemoryIdempotencyProvider } from './memory/memory-idempotency.provider.js';
import { PostgresIdempotencyProvider } from './postgres/postgres-idempotency.provider.js';

/**
 * Which store remembers a handler's messages: what `<CONSUMER>_IDEMPOTENCY` says, else what its `@Idempotent` says, else
 * none. A store that cannot be had is a configuration error at start and never a handler that runs unprotected.
 */
@Injectable()
export class IdempotencyStores {
  constructor(
    private readonly settings: Settings,
    private readonly reflector: Reflector,
    private readonly memory: MemoryIdempotencyProvider,
    private readonly postgres: PostgresIdempotencyProvider,
  ) {}

  providerFor(handler: HandlerDescription): IdempotencyProvider | undefined {
    const provider = this.#providerOf(this.storeOf(handler), handler.consumer);
    provider?.prepare(handler.consumer);
    return provider;
  }

  /** What is said for the handler, whether the store can be had or not. */
  storeOf({ consumer, controller, method }: HandlerDescription): IdempotencyStore {
    const declared = this.reflector.getAllAndOverride(Idempotent, [method, controller]);
    return this.settings.consumers.get(consumer)?.idempotency ?? declared?.store ?? 'none';
  }

  #providerOf(store: IdempotencyStore, consumer: string): IdempotencyProvider | undefined {
    switch (store) {
      case 'none':
        return undefined;
      case 'memory':
        return this.memory;
      case 'postgres':
        this.#requireDatabase(consumer);
        return this.postgres;
      case 'redis':
      case 'postgres-lease': {
        const expected = `none, memory or postgres: the store ${store} is not part of this version`;
        throw new ConfigurationError([{ key: `${consumerPrefix(consumer)}IDEMPOTENCY`, expected }]);
      }
    }
  }

  #requireDatabase(consumer: string): void {
    if (this.settings.database.url !== undefined) return;
    const expected = `must be set: the consumer ${consumer} remembers its messages in PostgreSQL`;
    throw new ConfigurationError([{ key: 'DATABASE_URL', expected }]);
  }
}
