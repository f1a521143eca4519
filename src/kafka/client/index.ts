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
export type {
  AssignPartitions,
  CommittedOffset,
  Membership,
  OffsetToCommit,
} from './group-membership.js';
export { PublisherClient } from './publisher.client.js';
export type { OutgoingRecord } from './record-conversion.js';
