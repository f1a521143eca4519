import type { ConsumedPartition } from '../../observability/index.js';
import type { HandlerDescription, Outcome } from '../../record/index.js';
import type { StartBrake } from '../ports/index.js';
import type { HandlerDeadline } from './deadlines/index.js';
import type { Ordering } from './ordering/index.js';
import type { RecordDelivery } from './record-delivery.js';

/** How the records of one topic are handled in one group. */
export interface TopicPlan {
  readonly handler: HandlerDescription;
  readonly ordering: Ordering;
  /** Records of the consumer that may run at once. */
  readonly concurrency: number;
  /** Records between a partition's commit watermark and its newest. */
  readonly partitionWindow: number;
  readonly deadline: HandlerDeadline;
  /** Holds its records back that have not started; absent where nothing ever does. */
  readonly brake?: StartBrake | undefined;
  /** Handles a delivery to the end. Rejects with `DeliveryAbandoned` alone. */
  process(delivery: RecordDelivery): Promise<Outcome>;
}

/** What one consumer group does in this process. */
export interface GroupPlan {
  readonly groupId: string;
  readonly topics: ReadonlyMap<string, TopicPlan>;
}

/** A group's part of the process's limits, so that no group can starve another. */
export interface GroupShare {
  readonly bufferedRecords: number;
  readonly bufferedBytes: number;
}

/** A partition as the group's consumer reads it. */
export function placeIn(
  { groupId, topics }: GroupPlan,
  { topic, partition }: { readonly topic: string; readonly partition: number },
): ConsumedPartition {
  return { groupId, consumer: topics.get(topic)!.handler.consumer, topic, partition };
}
