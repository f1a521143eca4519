export {
  BatchAnswerError,
  resultsOf,
  type BatchAnswer,
  type BatchFailure,
} from './batch-answer.js';
export { BatchMember, type BatchedDelivery, type Company, type RunBatch } from './batch-member.js';
export { BatchRun } from './batch-run.js';
export { Batch, batchOptionsOf, type BatchOptions } from './batch.decorator.js';
export {
  BufferedSink,
  bufferedSinkOptionsOf,
  FlushBuffer,
  flushMethodsOf,
  type BufferedSinkOptions,
} from './buffered-sink.decorator.js';
export {
  declaredBatch,
  declaredSink,
  type DeclaredBatch,
  type DeclaredSink,
} from './declared-limits.js';
export { tooSmallFor, type FlushSize } from './flush-size.policy.js';
export { PartitionBatches, type BatchLimits } from './partition-batches.js';
