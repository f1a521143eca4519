import kafkajs, { type Message } from 'kafkajs';
import { MissingPartitionError } from './missing-partition.errors.js';

type ByKey = ReturnType<typeof kafkajs.Partitioners.DefaultPartitioner>;
type Choice = Parameters<ByKey>[0];

/**
 * Chooses each message's partition once: the one that it names, folded into those that the topic has, or by its key as
 * Java clients do. kafkajs asks again when it sends again, and for messages without a key another answer would send some
 * of them twice and others never.
 */
export class StickyPartitions {
  private readonly chosen = new WeakMap<object, number>();
  private readonly byKey = kafkajs.Partitioners.DefaultPartitioner();

  choose(choice: Choice): number {
    const known = this.chosen.get(choice.message);
    if (known !== undefined) return known;
    const partition = this.partitionFor(choice);
    this.chosen.set(choice.message, partition);
    return partition;
  }

  of(message: Message): number {
    return this.chosen.get(message) ?? -1;
  }

  private partitionFor(choice: Choice): number {
    const { partitionMetadata, message } = choice;
    const { partition: wanted } = message;
    if (wanted === undefined) return this.byKey(choice);
    if (partitionMetadata.some(({ partitionId }) => partitionId === wanted)) return wanted;
    if ((message as { keepsPartition?: boolean }).keepsPartition === true) {
      throw new MissingPartitionError(wanted);
    }
    return wanted % partitionMetadata.length;
  }
}
