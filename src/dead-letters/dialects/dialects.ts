import { DEAD_LETTER_HEADERS as OURS } from '../../failures/index.js';
import type { Dialect } from './dialect.js';

/** Our own headers. */
const MILLRACE: Dialect = {
  name: 'millrace',
  recognisedBy: [OURS.id, OURS.reason],
  numberForm: 'digits',
  latest: 'last',
  actedOn: [],
  texts: {
    reason: [OURS.reason],
    errorClass: [OURS.errorClass],
    errorMessage: [OURS.errorMessage],
    errorStack: [OURS.errorStack],
    originalTopic: [OURS.originalTopic],
    consumerGroup: [OURS.consumerGroup],
    handler: [OURS.handler],
    firstFailedAt: [OURS.firstFailedAt],
    failedAt: [OURS.failedAt],
  },
  numbers: {
    originalPartition: [OURS.originalPartition],
    originalOffset: [OURS.originalOffset],
    originalTimestamp: [OURS.originalTimestamp],
    attempts: [OURS.attempts],
  },
};

/** Spring for Apache Kafka. What it throws is wrapped in an exception of its own, so the cause's class says more. */
const SPRING: Dialect = {
  name: 'spring',
  recognisedBy: ['kafka_dlt-original-topic', 'kafka_dlt-exception-fqcn'],
  numberForm: 'bytes',
  latest: 'last',
  actedOn: [],
  texts: {
    errorClass: ['kafka_dlt-exception-cause-fqcn', 'kafka_dlt-exception-fqcn'],
    errorMessage: ['kafka_dlt-exception-message', 'kafka_dlt-key-exception-message'],
    errorStack: ['kafka_dlt-exception-stacktrace', 'kafka_dlt-key-exception-stacktrace'],
    originalTopic: ['kafka_dlt-original-topic'],
    consumerGroup: ['kafka_dlt-original-consumer-group'],
  },
  numbers: {
    originalPartition: ['kafka_dlt-original-partition'],
    originalOffset: ['kafka_dlt-original-offset'],
    originalTimestamp: ['kafka_dlt-original-timestamp'],
    attempts: ['kafka_deliveryAttempt'],
  },
};

/** Spring's retry topics end in a dead letter with other prefixes, but for the group. Their count is of the attempt to come. */
const SPRING_RETRY: Dialect = {
  name: 'spring-retry',
  recognisedBy: ['kafka_original-topic', 'retry_topic-attempts'],
  numberForm: 'bytes',
  latest: 'last',
  attemptsAhead: -1,
  actedOn: [
    'retry_topic-attempts',
    'retry_topic-backoff-timestamp',
    'retry_topic-original-timestamp',
  ],
  texts: {
    errorClass: ['kafka_exception-cause-fqcn', 'kafka_exception-fqcn'],
    errorMessage: ['kafka_exception-message', 'kafka_key-exception-message'],
    errorStack: ['kafka_exception-stacktrace', 'kafka_key-exception-stacktrace'],
    originalTopic: ['kafka_original-topic'],
    consumerGroup: ['kafka_dlt-original-consumer-group'],
  },
  numbers: {
    originalPartition: ['kafka_original-partition'],
    originalOffset: ['kafka_original-offset'],
    originalTimestamp: ['kafka_original-timestamp', 'retry_topic-original-timestamp'],
    attempts: ['retry_topic-attempts'],
  },
};

const KAFKA_CONNECT: Dialect = {
  name: 'kafka-connect',
  recognisedBy: ['__connect.errors.topic', '__connect.errors.exception.class.name'],
  numberForm: 'digits',
  latest: 'last',
  keepsTimestamp: true,
  actedOn: [],
  texts: {
    reason: ['__connect.errors.stage'],
    errorClass: ['__connect.errors.exception.class.name'],
    errorMessage: ['__connect.errors.exception.message'],
    errorStack: ['__connect.errors.exception.stacktrace'],
    originalTopic: ['__connect.errors.topic'],
    handler: ['__connect.errors.connector.name'],
  },
  numbers: {
    originalPartition: ['__connect.errors.partition'],
    originalOffset: ['__connect.errors.offset'],
  },
};

/** SmallRye writes the bytes that it keeps here as the value of a later dead letter, whatever the value was then. */
const SMALLRYE_DESERIALIZATION = [
  'deserialization-failure-deserializer',
  'deserialization-failure-dlq',
  'deserialization-failure-topic',
  'deserialization-failure-key',
  'deserialization-failure-reason',
  'deserialization-failure-cause',
  'deserialization-failure-key-data',
  'deserialization-failure-value-data',
  'deserialization-failure-data',
];

/** Each round stands in front of the one before: the first tells of the last failure, the last of the source. */
const SMALLRYE_RETRY: Dialect = {
  name: 'smallrye-retry',
  recognisedBy: ['delayed-retry-topic', 'delayed-retry-count'],
  numberForm: 'digits',
  latest: 'first',
  fromEarliest: ['originalTopic', 'originalPartition', 'originalOffset'],
  attemptsAhead: 1,
  actedOn: [
    'delayed-retry-count',
    'delayed-retry-original-timestamp',
    'delayed-retry-first-processing-timestamp',
    ...SMALLRYE_DESERIALIZATION,
  ],
  texts: {
    errorClass: ['delayed-retry-exception-class-name'],
    errorMessage: ['delayed-retry-reason'],
    originalTopic: ['delayed-retry-topic'],
  },
  numbers: {
    originalPartition: ['delayed-retry-partition'],
    originalOffset: ['delayed-retry-offset'],
    originalTimestamp: ['delayed-retry-original-timestamp'],
    attempts: ['delayed-retry-count'],
  },
};

const SMALLRYE: Dialect = {
  name: 'smallrye',
  recognisedBy: ['dead-letter-topic', 'dead-letter-reason'],
  numberForm: 'digits',
  latest: 'first',
  actedOn: SMALLRYE_DESERIALIZATION,
  texts: {
    errorClass: ['dead-letter-exception-class-name'],
    errorMessage: ['dead-letter-reason'],
    originalTopic: ['dead-letter-topic'],
  },
  numbers: {
    originalPartition: ['dead-letter-partition'],
    originalOffset: ['dead-letter-offset'],
  },
};

const WATERMILL: Dialect = {
  name: 'watermill',
  recognisedBy: ['reason_poisoned', 'topic_poisoned'],
  numberForm: 'digits',
  latest: 'last',
  actedOn: [],
  texts: {
    errorMessage: ['reason_poisoned'],
    originalTopic: ['topic_poisoned'],
    handler: ['handler_poisoned'],
  },
  numbers: {},
};

/** Looked through in this order: a record that two of them know is of the first. */
export const DIALECTS: readonly Dialect[] = [
  MILLRACE,
  SPRING,
  SPRING_RETRY,
  KAFKA_CONNECT,
  SMALLRYE_RETRY,
  SMALLRYE,
  WATERMILL,
];
