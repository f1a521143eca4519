import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Secret, type Settings } from '../../src/config/index.js';
import { RedisServer } from '../../stack/redis/index.mjs';
import { storeSettings } from './fresh-database.js';

export { RedisServer };

const missing = process.env['MILLRACE_TEST_NO_REDIS'];

/**
 * Runs the specs where a Redis server can be had; elsewhere they are skipped, and the title says why. `npm test` fails
 * before it comes to that when REQUIRE_REDIS=1.
 */
export function describeWithRedis(title: string, specs: () => void): void {
  if (missing === undefined) describe(title, specs);
  else describe.skip(`${title} (skipped: ${missing})`, specs);
}

/** The server that specs share: nobody flushes or stops it. */
export function sharedRedis(): string {
  const address = process.env['MILLRACE_TEST_REDIS'];
  if (address === undefined) throw new Error('MILLRACE_TEST_REDIS is not set: redis://host:port');
  return address;
}

/** A server of the spec's own, to stop, kill, freeze and flush. `stop` it in afterAll. */
export function startOwnRedis(
  settings: Readonly<Record<string, string>> = {},
  durable = true,
): Promise<RedisServer> {
  const parent = mkdtempSync(join(process.env['MILLRACE_TEST_FOLDER'] ?? tmpdir(), 'redis-'));
  return new RedisServer({ folder: join(parent, 'redis'), settings, durable }).start();
}

/** Asks a server past everything under test. */
export async function askPast<Answer>(
  url: string,
  question: (client: Redis) => Promise<Answer>,
): Promise<Answer> {
  const client = new Redis(url, { protocol: 2 });
  client.on('error', () => undefined);
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
}

/** The part of the settings that the Redis store reads. */
export function redisSettings(url: string, ttlMs?: number): Settings {
  const settings = storeSettings(undefined, { idempotency: { cacheSize: 10, ttlMs } });
  return { ...settings, redis: { url: new Secret(url) } };
}
