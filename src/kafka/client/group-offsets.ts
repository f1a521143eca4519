import type { OffsetFetchAnswer } from './private-cluster.js';

export interface OffsetToCommit {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: number;
  /** Kept by the broker with the offset, for whoever reads it next; at most 4,096 bytes. */
  readonly metadata?: string;
}

/** What the broker has of one partition; `nextOffset` is negative where nothing is committed. */
export interface CommittedOffset extends OffsetToCommit {
  readonly metadata: string;
}

/** What an answer says, partition by partition. */
export function offsetsIn({ responses }: OffsetFetchAnswer): CommittedOffset[] {
  return responses.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, offset, metadata }) => ({
      topic,
      partition,
      nextOffset: Number(offset),
      metadata: metadata ?? '',
    })),
  );
}

/** The shape in which requests name partitions. */
export function byTopic<Place extends { topic: string }, Result>(
  places: readonly Place[],
  toPartition: (place: Place) => Result,
): { topic: string; partitions: Result[] }[] {
  const topics = new Map<string, Result[]>();
  for (const place of places) {
    const partitions = topics.get(place.topic) ?? [];
    partitions.push(toPartition(place));
    topics.set(place.topic, partitions);
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }));
}
