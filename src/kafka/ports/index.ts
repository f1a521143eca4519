export { DeliveryPolicies } from './delivery-policies.js';
export { FailurePort } from './failure-port.js';
export { OwnTopics, type OwnTopic } from './own-topics.js';
export { RecordDecoder, type DecodeResult } from './record-decoder.js';
export { RequiredTopics, type RequiredTopic } from './required-topics.js';
export { StartBrakes, type BrakeStatus, type StartBrake } from './start-brakes.js';
export { StartConditions } from './start-conditions.js';
export type {
  ProspectiveCommit,
  SessionWait,
  TransactedPartition,
  TransactionCounts,
  TransactionEntry,
  TransactionPlan,
  TransactionSession,
} from './transactions.js';
