import type { Secret } from './secret.js';

export interface KafkaSaslSettings {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: Secret;
}

/** Present when the connection is encrypted. All three are paths of PEM files; without `caFile` the system's hold. */
export interface KafkaSslSettings {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly defaultGroupId: string;
  readonly ssl?: KafkaSslSettings;
  readonly sasl?: KafkaSaslSettings;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly commitIntervalMs: number;
  /** A file's path. */
  readonly crashJournal?: string;
  readonly maxInFlight: number;
  readonly maxBufferedRecords: number;
  readonly maxBufferedBytes: number;
  readonly autoOffsetReset: 'earliest' | 'latest' | 'fail';
  readonly autoCreateTopics: boolean;
}

/** One consumer's part of the environment. Undefined means not set: the decorator's value or the built-in default holds. */
export interface ConsumerSettings {
  readonly name: string;
  readonly enabled: boolean;
  /** Replace the declared topics by position. */
  readonly topics?: readonly string[];
  readonly groupId?: string;
  readonly concurrency?: number;
  readonly deadLetterTopic?: string;
  readonly maxRetries?: number;
  readonly retryBackoffMs?: number;
  readonly retryBackoffMultiplier?: number;
  readonly retryMaxBackoffMs?: number;
  /** No attempt begins later than this after the first failure. */
  readonly retryDeadlineMs?: number;
  readonly retryTopicDelaysMs?: readonly number[];
  readonly retryOrder?: 'block' | 'skip';
  readonly handlerTimeoutMs?: number;
  readonly headBlocked?: 'wait' | 'dead-letter';
  /** Consecutive exhausted failures; 0 is off. */
  readonly breaker?: number;
  /** Records a second. */
  readonly maxRate?: number;
  readonly redriveLimit?: number;
  readonly idempotency?: 'none' | 'memory' | 'redis' | 'postgres' | 'postgres-lease';
  readonly partitionWindow?: number;
  /** The keys that the consumer declares itself, parsed, by their names in the environment. */
  readonly own: Readonly<Record<string, unknown>>;
  /** The topics that it writes to itself; absent for one that writes to none. */
  readonly outputTopics?: readonly string[];
}

/** Everything the environment says, parsed and checked once, deeply frozen. The class is the injection token too. */
export abstract class Settings {
  readonly http: { readonly host: string; readonly port: number };
  readonly log: { readonly level: string; readonly format: 'json' | 'pretty' };
  readonly shutdownTimeoutMs: number;
  readonly kafka: KafkaSettings;
  readonly database: {
    readonly url?: Secret;
    /** Connections per consumer. */
    readonly poolSize: number;
    readonly migrations: 'apply' | 'check';
  };
  readonly redis: { readonly url?: Secret };
  readonly idempotency: { readonly cacheSize: number; readonly ttlMs?: number };
  /** Every declared consumer by name, disabled ones too. */
  readonly consumers: ReadonlyMap<string, ConsumerSettings>;
}
