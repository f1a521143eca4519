import type { ObjectStore } from '../../../connections/object-storage/index.js';
import type { AdminClient, TopicReaderClient } from '../../../kafka/index.js';
import { partitionName } from '../../../record/index.js';
import { OffsetRanges } from '../domain/index.js';
import { deadLetterOffsets } from './dead-letter-offsets.js';
import { auditPartition, type PartitionAudit } from './partition-audit.js';

export interface VerifyOrder {
  readonly topic: string;
  readonly groupId: string;
  readonly deadLetterTopic: string;
  /** All of the topic's without it. */
  readonly partition?: number | undefined;
  /** Offsets, both included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface VerifyTools {
  readonly store: ObjectStore;
  readonly admin: AdminClient;
  readonly reader: TopicReaderClient;
  readonly signal: AbortSignal;
}

/** Audits a topic's partitions, one after the other, up to what the group has committed of each. */
export async function* verifyZone(
  order: VerifyOrder,
  { store, admin, reader, signal }: VerifyTools,
): AsyncGenerator<PartitionAudit> {
  const { topic, groupId, deadLetterTopic, from, to = Infinity } = order;
  const committed = new Map(
    (await admin.committedOffsets(groupId, topic)).map(({ partition, offset }) => [
      partition,
      offset,
    ]),
  );
  const hasDeadLetters = (await admin.listTopics()).includes(deadLetterTopic);
  const deadLetters = hasDeadLetters
    ? await deadLetterOffsets(reader, deadLetterTopic, groupId)
    : new Map<string, OffsetRanges>();
  for (const { partition, start } of await reader.bounds(topic)) {
    if (order.partition !== undefined && order.partition !== partition) continue;
    const last = Math.min(to, (committed.get(partition) ?? 0) - 1);
    const asked = { topic, partition, first: from, last, logStart: start };
    const own = deadLetters.get(partitionName({ topic, partition })) ?? new OffsetRanges();
    yield await auditPartition(asked, { store, reader, deadLetters: own, signal });
  }
}
