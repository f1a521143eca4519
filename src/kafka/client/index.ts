export {
  AdminClient,
  type PartitionOffset,
  type PartitionOffsets,
  type TopicToCreate,
} from './admin.client.js';
export {
  GroupClient,
  type Assignment,
  type FetchedBatch,
  type GroupClientListener,
} from './group.client.js';
export type { Membership } from './group-membership.js';
export { GroupPlace } from './group-place.js';
export type { CommittedOffset, OffsetToCommit } from './group-offsets.js';
export type { AssignmentStrategy, GroupMember } from './group-protocol.js';
export { isRefusedForSize, PublisherClient } from './publisher.client.js';
export { TopicReaderClient, type PartitionRange } from './topic-reader.client.js';
export { producerFailureOf, type ProducerFailure } from './producer-failure.js';
export { isFenced, TransactionClient } from './transaction.client.js';
export { TransactionalProducer } from './transactional.producer.js';
export { createTopics } from './topic-creation.js';
