import net from 'node:net';
import tls from 'node:tls';
import { readFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import kafkajs, {
  type ISocketFactory,
  type Kafka,
  type KafkaConfig,
  type LogEntry,
  type RetryOptions,
} from 'kafkajs';
import type { KafkaSettings } from '../../config/index.js';
import { installFetchDecoding } from './wire/index.js';

installFetchDecoding();

/** The broker itself may take 5 s over a produce or an admin request. */
const REQUEST_TIMEOUT_MS = 7_500;
/** Just past what the broker itself may take over a commit, 5 s. kafkajs waits longer for JoinGroup of its own accord. */
const GROUP_REQUEST_TIMEOUT_MS = 6_000;
const CONNECTION_TIMEOUT_MS = 3_000;
const KEEP_ALIVE_MS = 30_000;

/** Explicit, because kafkajs's own defaults differ under a test runner and back off for up to 30 s. */
export const CLIENT_RETRY = { initialRetryTime: 100, maxRetryTime: 1_500, retries: 8 } as const;

/** A kafkajs instance with its own sockets, so that they can be destroyed without touching another client's. */
export interface KafkajsInstance {
  readonly kafka: Kafka;
  /**
   * Ends every connection of this instance with an error. kafkajs rejects a request that timed out but keeps its
   * socket, so that a half-open connection stalls it for minutes; a socket closed without an error goes unheard.
   */
  destroySockets(reason: string): void;
  /** The same for good: kafkajs goes on retrying after a stop, and a member must not join again behind our back. */
  close(): void;
  /** Disconnects its client where brokers still answer, and closes. Never rejects. For what has nothing in flight. */
  closeAfter(client: { disconnect(): Promise<void> }): Promise<void>;
}

export interface ClientOptions {
  readonly retry?: RetryOptions;
  readonly requestTimeoutMs?: number;
}

/** Makes a kafkajs instance from the settings. Reads certificate files; connects nothing. */
export function createKafkajs(
  settings: KafkaSettings,
  purpose: string,
  { retry = CLIENT_RETRY, requestTimeoutMs = REQUEST_TIMEOUT_MS }: ClientOptions = {},
): KafkajsInstance {
  const sockets = new TrackedSockets();
  const config: KafkaConfig = {
    clientId: settings.clientId,
    brokers: [...settings.brokers],
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: requestTimeoutMs,
    enforceRequestTimeout: true,
    retry: { ...retry },
    socketFactory: (request) => sockets.open(request),
    logLevel: kafkajs.logLevel.INFO,
    logCreator: () => forwardLog(new Logger(`kafkajs ${purpose}`)),
    ...securityOf(settings),
  };
  return {
    kafka: new kafkajs.Kafka(config),
    destroySockets: (reason) => sockets.destroyAll(reason),
    close: () => sockets.close(),
    closeAfter: async (client) => {
      await client.disconnect().catch(() => undefined);
      sockets.close();
    },
  };
}

/** For a group's member, which is to notice a silent connection soon. */
export function createGroupKafkajs(settings: KafkaSettings, groupId: string): KafkajsInstance {
  return createKafkajs(settings, `group ${groupId}`, {
    requestTimeoutMs: GROUP_REQUEST_TIMEOUT_MS,
  });
}

function securityOf(settings: KafkaSettings): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  const security: Pick<KafkaConfig, 'ssl' | 'sasl'> = {};
  if (settings.ssl !== undefined) {
    const { caFile, certFile, keyFile } = settings.ssl;
    security.ssl = {
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ...(caFile === undefined ? {} : { ca: [readFileSync(caFile)] }),
      ...(certFile === undefined ? {} : { cert: readFileSync(certFile) }),
      ...(keyFile === undefined ? {} : { key: readFileSync(keyFile) }),
    };
  }
  if (settings.sasl !== undefined) {
    const { mechanism, username, password } = settings.sasl;
    security.sasl = { mechanism, username, password: password.reveal() } as KafkaConfig['sasl'];
  }
  return security;
}

class TrackedSockets {
  private readonly sockets = new Set<net.Socket>();
  private closed = false;

  open({ host, port, ssl, onConnect }: Parameters<ISocketFactory>[0]): net.Socket {
    const servername = net.isIP(host) === 0 ? { servername: host } : {};
    // kafkajs passes null for a plaintext connection although its types say otherwise.
    const socket = (ssl as unknown)
      ? tls.connect({ host, port, ...servername, ...ssl }, onConnect)
      : net.connect({ host, port }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    if (this.closed) socket.destroy(new Error('this Kafka client is closed'));
    return socket;
  }

  destroyAll(reason: string): void {
    for (const socket of this.sockets) socket.destroy(new Error(reason));
  }

  close(): void {
    this.closed = true;
    this.destroyAll('this Kafka client is closed');
  }
}

/**
 * kafkajs logs every rejected request, several lines for each, although a rebalance or a restarting broker is ordinary.
 * What an operator needs is said once by our own lifecycle, so its lines are for debugging alone.
 */
function forwardLog(logger: Logger): (entry: LogEntry) => void {
  return ({ namespace, label, log }) => {
    logger.debug(`${namespace}: ${log.message}`, {
      severity: label,
      error: log['error'] as unknown,
    });
  };
}
