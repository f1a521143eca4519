import { hash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { replyCodeOf, unavailable } from './redis-failure.js';

export interface RedisConnectionOptions {
  /** Reveals the address; asked for each connection. */
  readonly address: () => string;
  /** The server in words, for errors. */
  readonly server: string;
  readonly name: string;
  /** How long a connection may take to be made. */
  readonly connectMs: number;
  /** When we give the server up: it does not answer. */
  readonly answerMs: number;
}

/** Lua that runs as one step on the server. Sent once for each server, named by its hash from then on. */
export class RedisScript {
  readonly sha: string;

  constructor(readonly lua: string) {
    this.sha = hash('sha1', lua, 'hex');
  }
}

type Argument = string | Buffer | number;

/**
 * One connection, made when it is needed and made anew when it is lost, by whoever asks next. Nothing is queued while
 * there is none and nothing is sent twice: what got no answer is `DependencyUnavailableError`, and may have been done.
 */
export class RedisConnection {
  readonly #options: RedisConnectionOptions;
  #client: Redis | undefined;
  #connecting: Promise<Redis> | undefined;
  #isClosed = false;

  constructor(options: RedisConnectionOptions) {
    this.#options = options;
  }

  /** Runs the script. Requests reach the server in the order in which they were made on one connection. */
  run(
    script: RedisScript,
    keys: readonly Argument[],
    values: readonly Argument[],
  ): Promise<unknown> {
    const parameters = [...keys, ...values];
    return this.ask(async (client) => {
      try {
        return await client.evalsha(script.sha, keys.length, ...parameters);
      } catch (error) {
        if (replyCodeOf(error) !== 'NOSCRIPT') throw error;
        return client.eval(script.lua, keys.length, ...parameters);
      }
    });
  }

  async ask<Answer>(question: (client: Redis) => Promise<Answer>): Promise<Answer> {
    let client: Redis | undefined;
    try {
      client = this.#client ?? (await this.#connect());
      return await question(client);
    } catch (error) {
      // A late answer belongs to nobody, and a server that may not write any more is not asked again under this address.
      const code = replyCodeOf(error);
      if (client !== undefined && (code === undefined || code === 'READONLY')) this.#drop(client);
      throw unavailable(error, this.#options.server);
    }
  }

  close(): void {
    this.#isClosed = true;
    if (this.#client !== undefined) this.#drop(this.#client);
  }

  #connect(): Promise<Redis> {
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #open(): Promise<Redis> {
    const { address, name, connectMs, answerMs } = this.#options;
    // Loaded by those alone who use it.
    const driver = await import('ioredis');
    const client = new driver.Redis(address(), {
      lazyConnect: true,
      connectionName: `millrace-${name}`,
      connectTimeout: connectMs,
      commandTimeout: answerMs,
      protocol: 2,
      disableClientInfo: true,
      // What waits for the server waits in Kafka: no queue, no second sending, no reconnecting of its own.
      enableOfflineQueue: false,
      enableReadyCheck: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      retryStrategy: () => null,
    });
    client.on('error', () => undefined); // whoever asks is told
    client.on('end', () => this.#forget(client));
    try {
      await client.connect();
    } catch (error) {
      client.disconnect();
      throw error;
    }
    if (this.#isClosed) {
      client.disconnect();
      throw new Error('the connection is closed');
    }
    this.#client = client;
    return client;
  }

  /** Of two at once each asks for it, and the driver would keep a timer for one that has ended already. */
  #drop(client: Redis): void {
    this.#forget(client);
    if (client.status !== 'end') client.disconnect();
  }

  #forget(client: Redis): void {
    if (this.#client === client) this.#client = undefined;
  }
}
