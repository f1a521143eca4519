import type {
  CONSUMER_FAILURE_KEYS,
  CONSUMER_SOURCE_KEYS,
  SERVICE_KEYS,
  STORE_KEYS,
  ValuesOf,
} from '../keys/index.js';
import { Settings, type ConsumerSettings, type KafkaSettings } from '../settings.js';
import type { KafkaConnectionValues, KafkaConsumptionValues } from './connection-rules.js';

export interface SettingValues {
  readonly service: ValuesOf<typeof SERVICE_KEYS>;
  readonly connection: KafkaConnectionValues;
  readonly consumption: KafkaConsumptionValues;
  readonly stores: ValuesOf<typeof STORE_KEYS>;
}

class LoadedSettings extends Settings {
  constructor(settings: Settings) {
    super();
    Object.assign(this, settings);
  }
}

export function assembleSettings(
  { service, connection, consumption, stores }: SettingValues,
  consumers: ReadonlyMap<string, ConsumerSettings>,
  isTerminal: boolean,
): Settings {
  return new LoadedSettings({
    http: { host: service.host, port: service.port },
    log: {
      level: service.logLevel,
      format: service.logFormat ?? (isTerminal ? 'pretty' : 'json'),
    },
    shutdownTimeoutMs: service.shutdownTimeoutMs,
    kafka: kafkaSettings(connection, consumption),
    database: setOnly({
      url: stores.databaseUrl,
      poolSize: stores.databasePoolSize,
      migrations: stores.databaseMigrations,
    }),
    redis: setOnly({ url: stores.redisUrl }),
    idempotency: setOnly({
      cacheSize: stores.idempotencyCacheSize,
      ttlMs: stores.idempotencyTtlMs,
    }),
    consumers,
  });
}

function kafkaSettings(
  connection: KafkaConnectionValues,
  consumption: KafkaConsumptionValues,
): KafkaSettings {
  const { brokers = [], clientId, defaultGroupId, ssl, saslMechanism } = connection;
  const { saslUsername: username, saslPassword: password } = connection;
  const files = {
    caFile: connection.sslCaFile,
    certFile: connection.sslCertFile,
    keyFile: connection.sslKeyFile,
  };
  const isAuthenticated =
    saslMechanism !== undefined && username !== undefined && password !== undefined;
  return setOnly({
    brokers,
    clientId,
    defaultGroupId,
    ssl: ssl ? setOnly(files) : undefined,
    sasl: isAuthenticated ? { mechanism: saslMechanism, username, password } : undefined,
    ...consumption,
  });
}

export type ConsumerValues = ValuesOf<typeof CONSUMER_SOURCE_KEYS> &
  ValuesOf<typeof CONSUMER_FAILURE_KEYS>;

export function consumerSettings(
  given: Pick<ConsumerSettings, 'name' | 'enabled' | 'topics' | 'own' | 'outputTopics'>,
  values: ConsumerValues,
): ConsumerSettings {
  // `topics` says what `topic` does.
  return setOnly({ ...values, topic: undefined, ...given });
}

/** Without what is undefined, so that spreading settings over defaults keeps the defaults. */
function setOnly<Values extends object>(values: Values): Values {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Values;
}
