import type { OffsetToCommit } from '../client/index.js';
import type { AssignedPartition } from './assigned-partition.js';

export interface OffsetResetOptions {
  readonly added: readonly AssignedPartition[];
  readonly policy: 'latest' | 'fail';
  readonly client: {
    pause(topic: string, partition: number): void;
    resume(topic: string, partition: number): void;
    seek(topic: string, partition: number, offset: number): void;
    committed(partitions: readonly AssignedPartition[]): Promise<OffsetToCommit[]>;
  };
  readonly offsets: (topic: string) => Promise<readonly { partition: number; end: number }[]>;
}

/**
 * Decides where partitions without a committed offset start, when that is not the beginning. `latest` seeks to the end
 * and lets that position be committed, so that a restart does not move it again; `fail` rejects and names the partition.
 * Until it is decided the partitions are paused, from before their first fetch.
 */
export async function placeNewPartitions(options: OffsetResetOptions): Promise<void> {
  const { added, policy, client } = options;
  for (const { topic, partition } of added) client.pause(topic, partition);
  const committed = await client.committed(added);
  const known = new Set(committed.map(({ topic, partition }) => `${topic}-${partition}`));
  const unknown = added.filter(({ name }) => !known.has(name));
  if (policy === 'fail' && unknown.length > 0) {
    const names = unknown.map(({ name }) => name).join(', ');
    throw new Error(
      `the group has no offset for ${names} and KAFKA_AUTO_OFFSET_RESET is fail: ` +
        'set it to earliest or latest, or commit offsets for the group',
    );
  }
  const ends = await endOffsetsOf(unknown, options.offsets);
  for (const partition of unknown) {
    const end = ends.get(partition.name) ?? 0;
    partition.advanceTo(end);
    client.seek(partition.topic, partition.partition, end);
  }
  for (const partition of added) {
    if (partition.isOwned && !partition.isPaused)
      client.resume(partition.topic, partition.partition);
  }
}

async function endOffsetsOf(
  partitions: readonly AssignedPartition[],
  offsets: OffsetResetOptions['offsets'],
): Promise<Map<string, number>> {
  const ends = new Map<string, number>();
  for (const topic of new Set(partitions.map((partition) => partition.topic))) {
    for (const { partition, end } of await offsets(topic)) ends.set(`${topic}-${partition}`, end);
  }
  return ends;
}
