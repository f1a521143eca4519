import {
  boolean,
  byteSize,
  duration,
  hostAndPort,
  integer,
  listOf,
  oneOf,
  secret,
  text,
  textOrOff,
} from '../parsing/index.js';
import { configKey } from './config-key.js';

const section = 'Kafka';
const file = text('the path of a readable PEM file');

export const KAFKA_CONNECTION_KEYS = {
  brokers: configKey('KAFKA_BROKERS', {
    section,
    parse: listOf(hostAndPort()),
    otherwise: 'nothing; it must be set',
    describes: 'the brokers to begin with',
  }),
  clientId: configKey('KAFKA_CLIENT_ID', {
    section,
    parse: text(),
    default: 'millrace',
    describes: 'the name that brokers log for this service',
  }),
  defaultGroupId: configKey('KAFKA_DEFAULT_GROUP_ID', {
    section,
    parse: text(),
    default: 'millrace',
    describes: 'the group of consumers that declare none',
  }),
  ssl: configKey('KAFKA_SSL', {
    section,
    parse: boolean(),
    default: 'false',
    describes: 'encrypt the connections to the brokers',
  }),
  sslCaFile: configKey('KAFKA_SSL_CA_FILE', {
    section,
    parse: file,
    otherwise: "the system's authorities",
    describes: 'the authorities that sign the certificates of the brokers',
  }),
  sslCertFile: configKey('KAFKA_SSL_CERT_FILE', {
    section,
    parse: file,
    describes: "this client's certificate, for mutual TLS; with KAFKA_SSL_KEY_FILE",
  }),
  sslKeyFile: configKey('KAFKA_SSL_KEY_FILE', {
    section,
    parse: file,
    describes: 'the private key of that certificate',
  }),
  saslMechanism: configKey('KAFKA_SASL_MECHANISM', {
    section,
    parse: oneOf('plain', 'scram-sha-256', 'scram-sha-512'),
    otherwise: 'no authentication',
    describes: 'how to authenticate to the brokers',
  }),
  saslUsername: configKey('KAFKA_SASL_USERNAME', {
    section,
    parse: text(),
    describes: 'the user; needed with a mechanism',
  }),
  saslPassword: configKey('KAFKA_SASL_PASSWORD', {
    section,
    parse: secret(text()),
    describes: 'the password; needed with a mechanism',
  }),
} as const;

export const KAFKA_CONSUMPTION_KEYS = {
  sessionTimeoutMs: configKey('KAFKA_SESSION_TIMEOUT', {
    section,
    parse: duration({ min: 1000, max: 1_800_000 }),
    default: '30s',
    describes: 'without a heartbeat for so long a member loses its partitions',
  }),
  rebalanceTimeoutMs: configKey('KAFKA_REBALANCE_TIMEOUT', {
    section,
    parse: duration({ min: 1000 }),
    default: '60s',
    describes: 'how long the members of a group may take to join again',
  }),
  heartbeatIntervalMs: configKey('KAFKA_HEARTBEAT_INTERVAL', {
    section,
    parse: duration({ min: 100 }),
    default: '1s',
    describes: 'between two heartbeats; shorter than the session timeout',
  }),
  commitIntervalMs: configKey('KAFKA_COMMIT_INTERVAL', {
    section,
    parse: duration({ min: 10 }),
    default: '1s',
    describes: 'between two commits of one group',
  }),
  crashJournal: configKey('KAFKA_CRASH_JOURNAL', {
    section,
    parse: textOrOff("a file's path"),
    default: 'off',
    describes:
      'a file of this process alone that names the records in flight, to find one that kills it',
  }),
  maxInFlight: configKey('KAFKA_MAX_IN_FLIGHT', {
    section,
    parse: integer({ min: 1, max: 1_000_000 }),
    default: '1000',
    unit: 'records',
    describes: 'how many are handled at once, over all consumers of the process',
  }),
  maxBufferedRecords: configKey('KAFKA_MAX_BUFFERED_RECORDS', {
    section,
    parse: integer({ min: 1, max: 100_000_000 }),
    default: '40000',
    unit: 'records',
    describes: 'how many are fetched and not settled, over all consumers of the process',
  }),
  maxBufferedBytes: configKey('KAFKA_MAX_BUFFERED_BYTES', {
    section,
    parse: byteSize({ min: 1024 * 1024 }),
    default: '64MiB',
    describes: 'how much memory those may take',
  }),
  autoOffsetReset: configKey('KAFKA_AUTO_OFFSET_RESET', {
    section,
    parse: oneOf('earliest', 'latest', 'fail'),
    default: 'earliest',
    describes:
      'where a group without an offset goes on, or with one that its topic no longer has; fail: nowhere, it says so and waits',
  }),
  autoCreateTopics: configKey('KAFKA_AUTO_CREATE_TOPICS', {
    section,
    parse: boolean(),
    default: 'false',
    describes: 'create missing topics at start; otherwise the service is not ready and names them',
  }),
} as const;
