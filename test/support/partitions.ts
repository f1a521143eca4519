import { PartitionUnit, type TopicTraits } from '../../src/kafka/consumer/partition-unit.js';
import type { RecordPartition } from '../../src/kafka/consumer/tracked-record.js';

/** What is known of a plain topic whose records are ordered by key, unless told otherwise. */
export function topicTraits(source = 't', traits: Partial<TopicTraits> = {}): TopicTraits {
  return { ordering: 'key', source, level: 0, delayMs: 0, orderedLevels: 0, ...traits };
}

type OpenPartition = {
  -readonly [Name in keyof RecordPartition]: RecordPartition[Name];
};

/** A partition that is owned, as its records see it. */
export function recordPartition(): OpenPartition {
  const unit = new PartitionUnit('t-0');
  return { epoch: 1, isOwned: true, isDraining: false, unit, level: 0, running: 0 };
}
