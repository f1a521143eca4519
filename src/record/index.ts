export {
  headerText,
  partitionName,
  sizeOf,
  type KafkaRecord,
  type RecordHeader,
  type RecordOrigin,
  type RecordPosition,
} from './kafka-record.js';
export type { Outbox, Publication } from './publication.js';
export type { OutgoingRecord, PublishedPlace } from './outgoing-record.js';
export {
  DONE,
  DUPLICATE,
  outcomeOf,
  skipped,
  type DeadLetterReason,
  type Outcome,
  type OutcomeKind,
} from './outcome.js';
export type { BatchedResult, BatchStep } from './batch.js';
export {
  composeSteps,
  type Delivery,
  type DeliveryStep,
  type HandlerDescription,
  type Wait,
} from './delivery.js';
export { REDRIVE_COUNT_HEADER } from './redrive-count.js';
export type { RecordHistory, RetryPath, Turn } from './retry-path.js';
export type { Failure, FailureStage, Outlook, Verdict } from './failure.js';
export {
  ContractViolationError,
  DeliveryAbandoned,
  DependencyUnavailableError,
  HandlerTimeoutError,
  HeadBlockedError,
  MillraceError,
  PermanentError,
  RetriableError,
  UndecodableError,
  type ErrorContext,
  type MillraceErrorOptions,
} from './record.errors.js';
