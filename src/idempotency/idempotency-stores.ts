import { Injectable } from '@nestjs/common';
import { ConfigurationError, Settings } from '../config/index.js';
import type { HandlerDescription } from '../record/index.js';
import type { IdempotencyProvider } from './idempotency-provider.port.js';
import type { IdempotencyStore } from './idempotent.decorator.js';
import { MemoryIdempotencyProvider } from './memory/memory-idempotency.provider.js';
import { idempotentOptionsOf, onceRulesOf, type OnceRules } from './once-rules.js';
import { PostgresIdempotencyProvider } from './postgres/postgres-idempotency.provider.js';
import { PostgresLeaseIdempotencyProvider } from './postgres-lease/postgres-lease-idempotency.provider.js';
import { RedisIdempotencyProvider } from './redis/redis-idempotency.provider.js';

/**
 * Which store remembers a handler's messages: what `<CONSUMER>_IDEMPOTENCY` says, else what its `@Idempotent` says, else
 * none. A store that cannot be had is a configuration error at start and never a handler that runs unprotected.
 */
@Injectable()
export class IdempotencyStores {
  constructor(
    private readonly settings: Settings,
    private readonly memory: MemoryIdempotencyProvider,
    private readonly postgres: PostgresIdempotencyProvider,
    private readonly postgresLease: PostgresLeaseIdempotencyProvider,
    private readonly redis: RedisIdempotencyProvider,
  ) {}

  providerFor(handler: HandlerDescription): IdempotencyProvider | undefined {
    const provider = this.#providerOf(this.storeOf(handler), handler.consumer);
    provider?.prepare(handler.consumer);
    return provider;
  }

  /** What is said for the handler, whether the store can be had or not. */
  storeOf(handler: HandlerDescription): IdempotencyStore {
    const set = this.settings.consumers.get(handler.consumer)?.idempotency;
    return set ?? idempotentOptionsOf(handler)?.store ?? 'none';
  }

  /** What holds for the handler beside its store. */
  rulesFor(handler: HandlerDescription): OnceRules {
    return onceRulesOf(handler, this.settings);
  }

  #providerOf(store: IdempotencyStore, consumer: string): IdempotencyProvider | undefined {
    const { database, redis } = this.settings;
    switch (store) {
      case 'none':
        return undefined;
      case 'memory':
        return this.memory;
      case 'postgres':
        requireServer('DATABASE_URL', database.url, consumer);
        return this.postgres;
      case 'postgres-lease':
        requireServer('DATABASE_URL', database.url, consumer);
        return this.postgresLease;
      case 'redis':
        requireServer('REDIS_URL', redis.url, consumer);
        return this.redis;
    }
  }
}

const SERVERS = { DATABASE_URL: 'PostgreSQL', REDIS_URL: 'Redis' } as const;

function requireServer(key: keyof typeof SERVERS, url: unknown, consumer: string): void {
  if (url !== undefined) return;
  const expected = `must be set: the consumer ${consumer} remembers its messages in ${SERVERS[key]}`;
  throw new ConfigurationError([{ key, expected }]);
}
