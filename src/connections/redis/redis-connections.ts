import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../../config/index.js';
import { RedisConnection, type RedisScript } from './redis-connection.js';
import { inWords, serverInWords } from './redis-failure.js';
import { ServerInfo } from './server-info.js';

/** One consumer's question to the server: does it store now? */
export interface RedisPing {
  readonly consumer: string;
  /** Rejects within two seconds when it does not. */
  ping(): Promise<void>;
}

const CONNECT_MS = 3_000;
const ANSWER_MS = 5_000;
const PROBE_MS = 1_000;

/** It is written, because a server that is full, or a replica, still answers and does not store. */
const PROBE_KEY = 'millrace:probe';
const PROBE_KEY_TTL_MS = 60_000;

/**
 * The process's connections to Redis: one for all that is stored, one for the probe. Neither is opened before it is
 * needed, and neither closes by itself when the application shuts down: the shutdown calls `close` once the consumers
 * have drained. Users, passwords and TLS (`rediss://`) come from the address. One server and its failover, not a
 * Redis Cluster, which `unmet` refuses.
 */
@Injectable()
export class RedisConnections {
  readonly #logger = new Logger(RedisConnections.name);
  readonly #consumers = new Set<string>();
  readonly #connection: RedisConnection;
  readonly #probe: RedisConnection;
  #isFit = false;
  #probing: Promise<void> | undefined;

  constructor(private readonly settings: Settings) {
    this.#connection = this.#connectionFor('stores', CONNECT_MS, ANSWER_MS);
    this.#probe = this.#connectionFor('probe', PROBE_MS, PROBE_MS);
  }

  /** The consumer cannot do without Redis. Said again, it counts once. */
  register(consumer: string): void {
    this.#consumers.add(consumer);
  }

  /** What keeps the consumer from starting, in words. Once undefined it is not asked again. Never rejects. */
  async unmet(consumer: string): Promise<string | undefined> {
    if (this.#isFit || !this.#consumers.has(consumer)) return undefined;
    try {
      await this.#askProbe();
      const { mode, evictionPolicy } = await this.#serverInfo();
      if (mode === 'cluster') return 'REDIS_URL names a Redis Cluster, which is not supported';
      if (!this.#isFit && evictionPolicy !== undefined && evictionPolicy !== 'noeviction') {
        const advice = 'set maxmemory-policy to noeviction, or what was handled may be forgotten';
        this.#logger.warn(advice, { maxmemoryPolicy: evictionPolicy });
      }
      this.#isFit = true;
      return undefined;
    } catch (error) {
      return inWords(error);
    }
  }

  /** One question per consumer that uses Redis; all of them share the probe's connection. */
  pings(): readonly RedisPing[] {
    return [...this.#consumers].map((consumer) => ({ consumer, ping: () => this.#ping() }));
  }

  /** Runs the script as one step. Rejects with `DependencyUnavailableError`; then it may have run. */
  run(
    script: RedisScript,
    keys: readonly string[],
    values: readonly (string | number)[],
  ): Promise<unknown> {
    return this.#connection.run(script, keys, values);
  }

  close(): void {
    this.#connection.close();
    this.#probe.close();
  }

  #ping(): Promise<void> {
    this.#probing ??= this.#askProbe().finally(() => {
      this.#probing = undefined;
    });
    return this.#probing;
  }

  async #askProbe(): Promise<void> {
    await this.#probe.ask((client) => client.set(PROBE_KEY, '1', 'PX', PROBE_KEY_TTL_MS));
  }

  async #serverInfo(): Promise<ServerInfo> {
    const text = await this.#probe.ask((client) =>
      // A user may be allowed to store and not to look.
      client.info().catch((error: unknown) => {
        if (inWords(error).startsWith('NOPERM')) return '';
        throw error;
      }),
    );
    return new ServerInfo(text);
  }

  #connectionFor(name: string, connectMs: number, answerMs: number): RedisConnection {
    const { url } = this.settings.redis;
    return new RedisConnection({
      address: () => {
        if (url === undefined) throw new Error('REDIS_URL is not set');
        return url.reveal();
      },
      server: serverInWords(url?.reveal()),
      name,
      connectMs,
      answerMs,
    });
  }
}
