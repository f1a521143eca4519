import { setTimeout as sleep } from 'node:timers/promises';
import { partitionName, type KafkaRecord } from '../../record/index.js';
import type { AssignedPartition } from './assigned-partition.js';
import type { PartitionUnit } from './partition-unit.js';

const RETRY_MS = 500;

type Place = Pick<AssignedPartition, 'topic' | 'partition'>;

/** Reads topics without being a member of the group. */
export interface BacklogReader {
  bounds(
    topic: string,
    until: 'written',
  ): Promise<readonly { partition: number; start: number; end: number }[]>;
  read(
    range: Place & { from: number; to: number },
    signal: AbortSignal,
  ): AsyncIterable<readonly KafkaRecord[]>;
  close(): Promise<void>;
}

export interface BacklogScanOptions {
  readonly open: () => BacklogReader;
  /** The group's committed offsets; a partition without one is left out. */
  readonly committed: (
    partitions: readonly Place[],
  ) => Promise<readonly (Place & { nextOffset: number })[]>;
  /** The keys of another level of it are known. */
  readonly known: (unit: PartitionUnit) => void;
}

/**
 * Finds out which keys wait on retry partitions that this member takes over: reads each from the group's commit to its
 * end, past the group's own reading, and keeps keys, not records. So it is done as fast as the broker reads, however long
 * the records wait and however little of them fits into the buffer. Until then what lies below is held back; a broker
 * that does not answer is asked again.
 */
export class BacklogScan {
  private readonly stopped = new AbortController();
  private queue: readonly AssignedPartition[] = [];
  private readonly renewed = new WeakSet<AssignedPartition>();
  private isReading = false;

  constructor(private readonly options: BacklogScanOptions) {}

  /** Those that are still to be read. */
  get pending(): readonly AssignedPartition[] {
    return this.queue.filter((partition) => isWanted(partition));
  }

  /** `renewed`: those of them whose log began anew; what is committed is another log's. */
  add(partitions: readonly AssignedPartition[], renewed: readonly AssignedPartition[] = []): void {
    for (const partition of renewed) this.renewed.add(partition);
    const wanted = partitions.filter((partition) => isWanted(partition));
    if (wanted.length === 0) return;
    this.queue = [...this.pending, ...wanted];
    if (!this.isReading) void this.work();
  }

  stop(): void {
    this.stopped.abort();
  }

  private async work(): Promise<void> {
    this.isReading = true;
    const { signal } = this.stopped;
    while (this.pending.length > 0 && !signal.aborted) {
      const reader = this.options.open();
      try {
        await this.readAll(reader);
      } catch {
        await sleep(RETRY_MS, undefined, { ref: false });
      } finally {
        await reader.close();
      }
    }
    this.isReading = false;
  }

  private async readAll(reader: BacklogReader): Promise<void> {
    const partitions = this.pending;
    const commits = await this.options.committed(partitions);
    const positions = new Map(commits.map((one) => [partitionName(one), one.nextOffset]));
    const ends = new Map<string, readonly { partition: number; start: number; end: number }[]>();
    for (const partition of partitions) {
      if (!isWanted(partition)) continue;
      const { topic, partition: number, name } = partition;
      if (!ends.has(topic)) ends.set(topic, await reader.bounds(topic, 'written'));
      const range = ends.get(topic)!.find((one) => one.partition === number);
      if (range === undefined) throw new Error(`no broker tells the log range of ${name}`);
      const committed = this.renewed.has(partition) ? undefined : positions.get(name);
      const from = Math.max(range.start, committed ?? range.start);
      await this.read(reader, partition, { from, to: range.end });
    }
  }

  private async read(
    reader: BacklogReader,
    partition: AssignedPartition,
    range: { from: number; to: number },
  ): Promise<void> {
    const { topic, partition: number, unit } = partition;
    const place = { topic, partition: number, ...range };
    if (range.from < range.to) {
      for await (const records of reader.read(place, this.stopped.signal)) {
        if (!isWanted(partition)) return;
        for (const record of records) partition.foundWaiting(record);
      }
    }
    if (!isWanted(partition)) return;
    unit.keys!.at(partition.level).isKnown = true;
    this.options.known(unit);
  }
}

/** Of a retry topic, ours, and not known. */
function isWanted({ isOwned, level, unit }: AssignedPartition): boolean {
  return isOwned && level > 0 && unit.keys?.at(level).isKnown === false;
}
