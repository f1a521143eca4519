export {
  LagMonitor,
  TopicPlanner,
  type LagReport,
  type PartitionLag,
  type PlannedTopic,
  type WantedTopic,
} from './admin/index.js';
export {
  AdminClient,
  isFenced,
  producerFailureOf,
  TopicReaderClient,
  TransactionalProducer,
  TransactionClient,
  type ProducerFailure,
  type PartitionOffsets,
} from './client/index.js';
export {
  Batch,
  BatchAnswerError,
  batchOptionsOf,
  BufferedSink,
  bufferedSinkOptionsOf,
  FlushBuffer,
  type BatchAnswer,
  type BatchFailure,
  type BatchOptions,
  type BufferedSinkOptions,
} from './batches/index.js';
export { BatchContext } from './batch-context.js';
export type { ConsumerStatus, RecordInFlight } from './consumer/consumer-status.js';
export type { WaitStatus } from './consumer/wait-status.js';
export type { GroupActivity, TopicActivity } from './consumer/group-activity.js';
export type { BlockedRecord } from './consumer/heads/index.js';
export { ConsumerGroups } from './consumer-groups.js';
export {
  ConsumerGroup,
  consumerGroupOf,
  HandlerDiscovery,
  headBlockedPolicyOf,
  RawValue,
  Tombstone,
  type BufferedPartition,
  type ConsumerGroupMetadata,
  type ConsumerGroupOptions,
  type ControllerClass,
  type TombstonePolicy,
} from './handlers/index.js';
export { HandlerDeclarationError, RecordTooLargeError } from './kafka.errors.js';
export { KafkaModule, PublishingModule, type KafkaModuleOptions } from './kafka.module.js';
export { KafkaStrategy } from './kafka.strategy.js';
export {
  DeliveryPolicies,
  FailurePort,
  OwnTopics,
  RecordDecoder,
  RequiredTopics,
  StartBrakes,
  StartConditions,
  type BrakeStatus,
  type DecodeResult,
  type OwnTopic,
  type ProspectiveCommit,
  type RequiredTopic,
  type SessionWait,
  type StartBrake,
  type TransactedPartition,
  type TransactionCounts,
  type TransactionEntry,
  type TransactionPlan,
  type TransactionSession,
} from './ports/index.js';
export { RecordPublisher } from './producer/index.js';
export type { OutgoingRecord, PublishedPlace } from '../record/index.js';
export { RecordContext } from './record-context.js';
export { RecordValues } from './record-values.js';
export { PolicyInterceptor } from './policy-interceptor.js';
