import { DEAD_LETTER_HEADERS } from '../../../failures/index.js';
import type { TopicReaderClient } from '../../../kafka/index.js';
import { headerText, partitionName, type KafkaRecord } from '../../../record/index.js';
import { OffsetRanges } from '../domain/index.js';

/** The offsets of which the group has dead letters, by `topic-partition`. Reads the whole dead-letter topic. */
export async function deadLetterOffsets(
  reader: TopicReaderClient,
  deadLetterTopic: string,
  groupId: string,
): Promise<ReadonlyMap<string, OffsetRanges>> {
  const found = new Map<string, OffsetRanges>();
  for (const { partition, start, end } of await reader.bounds(deadLetterTopic)) {
    const range = { topic: deadLetterTopic, partition, from: start, to: end };
    for await (const records of reader.read(range)) {
      for (const record of records) note(record, groupId, found);
    }
  }
  return found;
}

function note(record: KafkaRecord, groupId: string, found: Map<string, OffsetRanges>): void {
  const { headers } = record;
  if (headerText(headers, DEAD_LETTER_HEADERS.consumerGroup) !== groupId) return;
  const topic = headerText(headers, DEAD_LETTER_HEADERS.originalTopic);
  const partition = Number(headerText(headers, DEAD_LETTER_HEADERS.originalPartition));
  const offset = Number(headerText(headers, DEAD_LETTER_HEADERS.originalOffset));
  if (topic === undefined || !Number.isInteger(partition) || !Number.isInteger(offset)) return;
  const name = partitionName({ topic, partition });
  const offsets = found.get(name) ?? new OffsetRanges();
  offsets.add(offset);
  found.set(name, offsets);
}
