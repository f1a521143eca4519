import type { ConsumedPartition } from '../../observability/index.js';
import type {
  HandlerDescription,
  KafkaRecord,
  Outcome,
  RecordHistory,
} from '../../record/index.js';
import type { BatchLimits } from '../batches/index.js';
import type { StartBrake, TransactionPlan } from '../ports/index.js';
import type { HandlerDeadline } from './deadlines/index.js';
import type { Ordering } from './ordering/index.js';
import type { TopicTraits } from './partition-unit.js';
import type { RecordDelivery } from './record-delivery.js';

/** Tells a buffer to flush now. */
export type FlushNow = (
  partitions: readonly { readonly topic: string; readonly partition: number }[],
) => Promise<void>;

/** What makes a topic one of the group's own beside its handler's source. */
export interface OwnTopicPlan {
  /** Of a retry topic its number, 0 of a redrive topic. */
  readonly level: number;
  /** How long its records wait at least. */
  readonly delayMs: number;
  /** Read when it exists, and not missed when it does not. */
  readonly isOptional: boolean;
  historyOf(record: KafkaRecord): RecordHistory;
}

/** How the records of one topic are handled in one group. */
export interface TopicPlan {
  readonly handler: HandlerDescription;
  readonly ordering: Ordering;
  /** Absent for the source itself, which `handler.topic` names. */
  readonly own?: OwnTopicPlan | undefined;
  /** The levels of retry topics behind which later records of a key wait; none where that order is given up. */
  readonly orderedLevels?: number | undefined;
  /** Records of the consumer that may run at once. */
  readonly concurrency: number;
  /** Records between a partition's commit watermark and its newest. */
  readonly partitionWindow: number;
  readonly deadline: HandlerDeadline;
  /** Where its handler takes records together. */
  readonly batch?: BatchLimits | undefined;
  /** Where its handler buffers: has the buffer flushed. Never rejects. */
  readonly flush?: FlushNow | undefined;
  /** Holds its records back that have not started; absent where nothing ever does. */
  readonly brake?: StartBrake | undefined;
  /** Absent where each record is settled by itself. */
  readonly transactions?: TransactionPlan | undefined;
  /** What becomes of a record that was handled and whose publications are refused. Rejects with `DeliveryAbandoned` alone. */
  refuse?(delivery: RecordDelivery, error: Error): Promise<Outcome>;
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

/** The handlers with their sources. */
export function sourcesOf({ topics }: GroupPlan): HandlerDescription[] {
  return [...topics.values()].flatMap(({ handler, own }) => (own === undefined ? [handler] : []));
}

/** Whether later records of a key wait behind one that is retried in a topic, for any handler. */
export function keepsOrderOverRetries({ topics }: GroupPlan): boolean {
  return [...topics.values()].some(({ orderedLevels = 0 }) => orderedLevels > 0);
}

/** A partition as the group's consumer reads it. */
export function placeIn(
  { groupId, topics }: GroupPlan,
  { topic, partition }: { readonly topic: string; readonly partition: number },
): ConsumedPartition {
  return { groupId, consumer: topics.get(topic)!.handler.consumer, topic, partition };
}

/** What a partition needs to know of its topic. */
export function traitsOf({ topics }: GroupPlan, topic: string): TopicTraits {
  const { handler, ordering, own, orderedLevels = 0, transactions } = topics.get(topic)!;
  return {
    ordering,
    source: own === undefined ? topic : handler.topic,
    level: own?.level ?? 0,
    delayMs: own?.delayMs ?? 0,
    orderedLevels,
    isTransactional: transactions !== undefined,
    historyOf: own && ((record) => own.historyOf(record)),
  };
}
