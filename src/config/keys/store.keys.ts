import { duration, integer, oneOf, secret, url } from '../parsing/index.js';
import { configKey } from './config-key.js';

const section = 'Stores';
const TEN_YEARS_MS = 3650 * 86_400_000;

export const STORE_KEYS = {
  databaseUrl: configKey('DATABASE_URL', {
    section,
    parse: secret(url('postgres', 'postgresql')),
    otherwise: 'nothing; consumers that store in PostgreSQL need it',
    describes: 'the PostgreSQL database',
  }),
  databasePoolSize: configKey('DATABASE_POOL_SIZE', {
    section,
    parse: integer({ min: 1, max: 1000 }),
    default: '10',
    unit: 'connections',
    describes: 'the largest pool of one consumer',
  }),
  databaseMigrations: configKey('DATABASE_MIGRATIONS', {
    section,
    parse: oneOf('apply', 'check'),
    default: 'apply',
    describes: 'apply pending migrations at start, or refuse to consume while some are pending',
  }),
  redisUrl: configKey('REDIS_URL', {
    section,
    parse: secret(url('redis', 'rediss')),
    otherwise: 'nothing; consumers that remember their messages in Redis need it',
    describes: 'the Redis server, with user, password and database; `rediss://` encrypts',
  }),
  idempotencyCacheSize: configKey('IDEMPOTENCY_CACHE_SIZE', {
    section,
    parse: integer({ min: 1, max: 10_000_000 }),
    default: '10000',
    unit: 'identities',
    describes: 'how many the `memory` store remembers at least, the most recent ones',
  }),
  idempotencyTtlMs: configKey('IDEMPOTENCY_TTL', {
    section,
    parse: duration({ min: 1000, max: TEN_YEARS_MS }),
    otherwise: '1h memory, 7d redis, 35d postgres and postgres-lease',
    describes: 'how long an identity is remembered, whatever its handler says',
  }),
} as const;
