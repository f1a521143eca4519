import { decimal, duration, integer, listOf, oneOf, text, topicName } from '../parsing/index.js';
import {
  configKey,
  type ConfigKey,
  type ConfigKeyDefinition,
  type ConfigKeys,
} from './config-key.js';

/** Stands for a consumer's name in capitals, hyphens as underscores: `RAW_ZONE` for `raw-zone`. */
export const CONSUMER_PLACEHOLDER = '<CONSUMER>';

function consumerKey<Value>(
  suffix: string,
  definition: Omit<ConfigKeyDefinition<Value>, 'section'>,
): ConfigKey<Value | undefined> {
  return configKey(`${CONSUMER_PLACEHOLDER}_${suffix}`, {
    section: 'Each consumer',
    ...definition,
  });
}

/** Redrives of one record, where nothing else is set. */
export const DEFAULT_REDRIVE_LIMIT = 3;

const declared = "the consumer's own";

/** Never with a `default`: what is not set leaves the decorator's value alone. `builtIn` tells what holds then. */
export const CONSUMER_SOURCE_KEYS = {
  topic: consumerKey('TOPIC', {
    parse: topicName(),
    otherwise: declared,
    describes: 'the topic to read, for a consumer of one topic',
  }),
  topics: consumerKey('TOPICS', {
    parse: listOf(topicName()),
    otherwise: declared,
    describes: 'the topics to read; they replace the declared ones by position',
  }),
  groupId: consumerKey('GROUP_ID', {
    parse: text(),
    otherwise: `${declared}, then that of KAFKA_DEFAULT_GROUP_ID`,
    describes: 'the consumer group; the names of retry and dead-letter topics follow it',
  }),
  concurrency: consumerKey('CONCURRENCY', {
    parse: integer({ min: 1, max: 100_000 }),
    builtIn: '64',
    unit: 'records',
    describes: 'how many are handled at once',
  }),
  partitionWindow: consumerKey('PARTITION_WINDOW', {
    parse: integer({ min: 1, max: 10_000_000 }),
    builtIn: '10000',
    unit: 'records',
    describes: "how far a partition's newest record may be ahead of its commit watermark",
  }),
  handlerTimeoutMs: consumerKey('HANDLER_TIMEOUT', {
    parse: duration({ min: 10 }),
    builtIn: '5m',
    describes: 'the deadline of one attempt, waits not counted',
  }),
  headBlocked: consumerKey('HEAD_BLOCKED', {
    parse: oneOf('wait', 'dead-letter'),
    builtIn: 'wait',
    describes: 'what becomes of a record whose handler has not ended 30 s after its deadline',
  }),
  maxRate: consumerKey('MAX_RATE', {
    parse: decimal({ min: 0.001, max: 10_000_000 }),
    inEffect: false,
    otherwise: 'no limit',
    unit: 'records a second',
    describes: 'how many are started at most',
  }),
  idempotency: consumerKey('IDEMPOTENCY', {
    parse: oneOf('none', 'memory', 'redis', 'postgres', 'postgres-lease'),
    otherwise: `${declared}, then none`,
    describes: 'where the identities of handled messages are kept',
  }),
} as const satisfies ConfigKeys;

export const CONSUMER_FAILURE_KEYS = {
  maxRetries: consumerKey('MAX_RETRIES', {
    parse: integer({ min: 0, max: 1000 }),
    builtIn: '3',
    unit: 'attempts',
    describes: 'how many follow the first one, in place',
  }),
  retryBackoffMs: consumerKey('RETRY_BACKOFF', {
    parse: duration({ min: 0 }),
    builtIn: '500ms',
    describes: 'the wait before the first retry',
  }),
  retryBackoffMultiplier: consumerKey('RETRY_BACKOFF_MULTIPLIER', {
    parse: decimal({ min: 1, max: 100 }),
    builtIn: '2',
    describes: 'how many times longer each further wait is',
  }),
  retryMaxBackoffMs: consumerKey('RETRY_MAX_BACKOFF', {
    parse: duration(),
    builtIn: '30s',
    describes: 'the longest wait between two attempts',
  }),
  retryDeadlineMs: consumerKey('RETRY_DEADLINE', {
    parse: duration(),
    otherwise: 'no limit',
    describes:
      'no attempt begins later than this after the first one failed, retry topics included',
  }),
  retryTopicDelaysMs: consumerKey('RETRY_TOPIC_DELAYS', {
    parse: listOf(duration()),
    otherwise: 'none',
    describes: 'adds retry topics, one attempt each, after these delays: `10s,1m,10m`',
  }),
  retryOrder: consumerKey('RETRY_ORDER', {
    parse: oneOf('block', 'skip'),
    builtIn: 'block',
    describes: 'while a record is in a retry topic, later ones of its key wait, or go on',
  }),
  breaker: consumerKey('BREAKER', {
    parse: integer({ min: 0, max: 1_000_000 }),
    builtIn: '5',
    unit: 'failures',
    describes: 'how many exhausted ones in a row, of different keys, pause the consumer; 0 is off',
  }),
  deadLetterTopic: consumerKey('DEAD_LETTER_TOPIC', {
    parse: topicName(),
    otherwise: `${declared}, then \`<topic>.<group>.dlq\``,
    describes: 'where its dead letters go',
  }),
  redriveLimit: consumerKey('REDRIVE_LIMIT', {
    parse: integer({ min: 0, max: 1_000_000 }),
    builtIn: String(DEFAULT_REDRIVE_LIMIT),
    unit: 'redrives',
    describes:
      'after how many a record that fails again gets the reason `redrive-limit`, and is not redriven any more',
  }),
} as const satisfies ConfigKeys;

/** `raw-zone` → `RAW_ZONE_`: what the consumer's keys begin with. */
export function consumerPrefix(consumer: string): string {
  return `${consumer.toUpperCase().replaceAll('-', '_')}_`;
}

/** The keys of one consumer: the group's, with the placeholder filled in. */
export function keysOf<Keys extends ConfigKeys>(consumer: string, keys: Keys): Keys {
  const named = Object.entries(keys).map(([name, key]) => [
    name,
    Object.freeze({
      ...key,
      key: key.key.replace(`${CONSUMER_PLACEHOLDER}_`, consumerPrefix(consumer)),
    }),
  ]);
  return Object.fromEntries(named) as Keys;
}
