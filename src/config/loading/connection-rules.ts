import type { ConfigurationProblems } from '../configuration.errors.js';
import { readOrExplain, type ReadFile } from '../environment/index.js';
import type { KAFKA_CONNECTION_KEYS, KAFKA_CONSUMPTION_KEYS, ValuesOf } from '../keys/index.js';

export type KafkaConnectionValues = ValuesOf<typeof KAFKA_CONNECTION_KEYS>;
export type KafkaConsumptionValues = ValuesOf<typeof KAFKA_CONSUMPTION_KEYS>;

/** What must hold between the keys of the connection. Returns warnings. */
export function checkConnection(
  kafka: KafkaConnectionValues,
  problems: ConfigurationProblems,
  readFile: ReadFile,
): string[] {
  if (kafka.brokers === undefined) {
    problems.add('KAFKA_BROKERS', 'missing; expected a comma list, each host:port');
  }
  checkCertificateFiles(kafka, problems, readFile);
  return [...checkSasl(kafka, problems), ...sslWarnings(kafka)];
}

/** What must hold between the timings of a group's membership. */
export function checkTimings(kafka: KafkaConsumptionValues, problems: ConfigurationProblems): void {
  if (kafka.heartbeatIntervalMs >= kafka.sessionTimeoutMs) {
    problems.add('KAFKA_HEARTBEAT_INTERVAL', 'expected to be shorter than KAFKA_SESSION_TIMEOUT');
  }
  if (kafka.sessionTimeoutMs > kafka.rebalanceTimeoutMs) {
    problems.add('KAFKA_SESSION_TIMEOUT', 'expected to be no longer than KAFKA_REBALANCE_TIMEOUT');
  }
}

function checkSasl(kafka: KafkaConnectionValues, problems: ConfigurationProblems): string[] {
  const parts = [
    ['KAFKA_SASL_USERNAME', kafka.saslUsername],
    ['KAFKA_SASL_PASSWORD', kafka.saslPassword],
  ] as const;
  if (problems.includes('KAFKA_SASL_MECHANISM')) return [];
  if (kafka.saslMechanism === undefined) {
    const unused = parts.filter(([, value]) => value !== undefined).map(([key]) => key);
    return unused.map((key) => `${key}: has no effect without KAFKA_SASL_MECHANISM`);
  }
  for (const [key, value] of parts) {
    if (value === undefined) problems.add(key, 'missing; KAFKA_SASL_MECHANISM needs it');
  }
  if (kafka.saslMechanism !== 'plain' || kafka.ssl) return [];
  return ['KAFKA_SASL_MECHANISM: plain without KAFKA_SSL sends the password readably'];
}

function checkCertificateFiles(
  kafka: KafkaConnectionValues,
  problems: ConfigurationProblems,
  readFile: ReadFile,
): void {
  for (const [key, path] of certificateFiles(kafka)) {
    const content = path === undefined ? undefined : readOrExplain(path, readFile);
    if (content !== undefined && content.text === undefined) problems.add(key, content.expected);
  }
  if (kafka.sslCertFile !== undefined && kafka.sslKeyFile === undefined) {
    problems.add('KAFKA_SSL_KEY_FILE', 'missing; KAFKA_SSL_CERT_FILE needs it');
  }
  if (kafka.sslKeyFile !== undefined && kafka.sslCertFile === undefined) {
    problems.add('KAFKA_SSL_CERT_FILE', 'missing; KAFKA_SSL_KEY_FILE needs it');
  }
}

function sslWarnings(kafka: KafkaConnectionValues): string[] {
  if (kafka.ssl !== false) return [];
  return certificateFiles(kafka)
    .filter(([, path]) => path !== undefined)
    .map(([key]) => `${key}: has no effect without KAFKA_SSL=true`);
}

function certificateFiles(
  kafka: KafkaConnectionValues,
): readonly (readonly [key: string, path: string | undefined])[] {
  return [
    ['KAFKA_SSL_CA_FILE', kafka.sslCaFile],
    ['KAFKA_SSL_CERT_FILE', kafka.sslCertFile],
    ['KAFKA_SSL_KEY_FILE', kafka.sslKeyFile],
  ];
}
