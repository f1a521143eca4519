import { DEAD_LETTER_HEADERS } from '../../../failures/index.js';
import type { AdminClient, OwnTopics, TopicReaderClient } from '../../../kafka/index.js';
import { headerText, type HandlerDescription, type KafkaRecord } from '../../../record/index.js';

export interface ElsewhereOptions {
  readonly admin: AdminClient;
  readonly reader: TopicReaderClient;
  readonly ownTopics: OwnTopics;
  readonly deadLetterTopic: string;
  readonly handler: HandlerDescription;
}

interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** Offsets of one source topic by partition: numbers alone, so that they cost little however many. */
class OffsetsByPartition {
  private readonly found = new Map<number, Set<number>>();

  add({ partition, offset }: Place): void {
    const offsets = this.found.get(partition) ?? new Set();
    this.found.set(partition, offsets.add(offset));
  }

  ascending(partition: number): number[] {
    return [...(this.found.get(partition) ?? [])].sort((left, right) => left - right);
  }
}

/**
 * The committed offsets of a handler's source whose records are not in the log because they are dead letters, or because
 * they wait in a retry or redrive topic. Ask it after the committed offsets and before the log: then nothing can move
 * from one to the other unseen.
 */
export async function settledElsewhere(options: ElsewhereOptions): Promise<OffsetsByPartition> {
  const { admin, ownTopics, deadLetterTopic, handler } = options;
  const existing = new Set(await admin.listTopics());
  const offsets = new OffsetsByPartition();
  // Upwards, for a record moves on to the next level before it is committed on its own.
  for (const own of ownTopics.of(handler).filter(({ topic }) => existing.has(topic))) {
    const committed = await admin.committedOffsets(handler.groupId, own.topic);
    for await (const record of recordsOf(options, own.topic, committed)) {
      const { origin } = ownTopics.historyOf(record, own);
      if (origin.topic === handler.topic) offsets.add(origin);
    }
  }
  if (!existing.has(deadLetterTopic)) return offsets;
  for await (const record of recordsOf(options, deadLetterTopic, [])) {
    const place = sourceOf(record, handler);
    if (place !== undefined) offsets.add(place);
  }
  return offsets;
}

/** A topic's records, from these offsets on or from its beginning. */
async function* recordsOf(
  { reader }: ElsewhereOptions,
  topic: string,
  starts: readonly Place[],
): AsyncGenerator<KafkaRecord> {
  const startOf = new Map(starts.map(({ partition, offset }) => [partition, offset]));
  for (const { partition, start, end } of await reader.bounds(topic)) {
    const from = Math.max(start, startOf.get(partition) ?? start);
    for await (const records of reader.read({ topic, partition, from, to: end })) yield* records;
  }
}

function sourceOf(
  { headers }: KafkaRecord,
  { groupId, topic }: HandlerDescription,
): Place | undefined {
  if (headerText(headers, DEAD_LETTER_HEADERS.consumerGroup) !== groupId) return undefined;
  if (headerText(headers, DEAD_LETTER_HEADERS.originalTopic) !== topic) return undefined;
  const partition = Number(headerText(headers, DEAD_LETTER_HEADERS.originalPartition));
  const offset = Number(headerText(headers, DEAD_LETTER_HEADERS.originalOffset));
  return Number.isSafeInteger(partition) && Number.isSafeInteger(offset)
    ? { partition, offset }
    : undefined;
}
