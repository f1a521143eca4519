import { DEAD_LETTER_HEADERS as OURS } from '../../failures/index.js';
import type { Dialect } from './dialect.js';

/** Our own headers. */
const MILLRACE: Dialect = {
  name: 'millrace',
  recognisedBy: [OURS.id, OURS.reason],
  numberForm: 'digits',
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
  texts: {
    errorClass: ['kafka_dlt-exception-cause-fqcn', 'kafka_dlt-exception-fqcn'],
    errorMessage: ['kafka_dlt-exception-message'],
    errorStack: ['kafka_dlt-exception-stacktrace'],
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

/** Spring's retry topics end in a dead letter with other prefixes. */
const SPRING_RETRY: Dialect = {
  name: 'spring-retry',
  recognisedBy: ['kafka_original-topic', 'retry_topic-attempts'],
  numberForm: 'bytes',
  texts: {
    errorClass: ['kafka_exception-cause-fqcn', 'kafka_exception-fqcn'],
    errorMessage: ['kafka_exception-message'],
    errorStack: ['kafka_exception-stacktrace'],
    originalTopic: ['kafka_original-topic'],
    consumerGroup: ['kafka_original-consumer-group'],
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

/** SmallRye adds to the headers of an earlier round and never replaces them: what stands last came first. */
const SMALLRYE_RETRY: Dialect = {
  name: 'smallrye-retry',
  recognisedBy: ['delayed-retry-topic', 'delayed-retry-count'],
  numberForm: 'digits',
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

const SMALLRYE_DESERIALIZATION: Dialect = {
  name: 'smallrye-deserialization',
  recognisedBy: ['deserialization-failure-reason', 'deserialization-failure-topic'],
  numberForm: 'digits',
  texts: {
    errorMessage: ['deserialization-failure-reason'],
    originalTopic: ['deserialization-failure-topic'],
    handler: ['deserialization-failure-deserializer'],
  },
  numbers: {},
};

const WATERMILL: Dialect = {
  name: 'watermill',
  recognisedBy: ['reason_poisoned', 'topic_poisoned'],
  numberForm: 'digits',
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
  SMALLRYE_DESERIALIZATION,
  WATERMILL,
];
