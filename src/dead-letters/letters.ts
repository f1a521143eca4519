import type { PartitionOffsets, TopicReaderClient } from '../kafka/index.js';
import type { DeadLetter } from './dead-letter.js';
import { readDeadLetter } from './read-dead-letter.js';
import { offsetsToRead, selects, type Selection } from './selection.policy.js';

/** What part of a dead-letter topic is looked at: up to the ends that it had when they were asked for. */
export interface LettersOf {
  readonly topic: string;
  readonly bounds: readonly PartitionOffsets[];
  readonly selection: Selection;
}

/** The selected dead letters, partition by partition in offset order, as many at a time as a fetch gives. */
export async function* lettersOf(
  reader: TopicReaderClient,
  { topic, bounds, selection }: LettersOf,
): AsyncGenerator<DeadLetter[]> {
  for (const partitionBounds of bounds) {
    const range = offsetsToRead(selection, partitionBounds);
    const { partition } = partitionBounds;
    for await (const records of reader.read({ topic, partition, ...range })) {
      const letters = records.map(readDeadLetter);
      yield letters.filter((letter) => selects(selection, letter));
    }
  }
}
