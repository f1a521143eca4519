import { setTimeout } from 'node:timers/promises';
import type { KafkaSettings } from '../../config/index.js';
import type { KafkaRecord } from '../../record/index.js';
import { createKafkajs, type KafkajsInstance } from './kafkajs.factory.js';
import { createCluster, readingUncommitted, type KafkajsCluster } from './kafkajs-cluster.js';
import type { PartitionOffsets } from './admin.client.js';
import { toKafkaRecord } from './record-conversion.js';
import type { PartitionAnswer } from './wire/index.js';

const MAX_BYTES = 1024 * 1024;
const MAX_WAIT_MS = 250;
const READ_COMMITTED = 1;
const ATTEMPTS = 8;
const BETWEEN_ATTEMPTS_MS = 250;

/** Which part of a partition is read: `from` is included, `to` is not. */
export interface PartitionRange {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Reads topics from the outside: no group, no commit, nothing that a consumer could notice. Yields committed records
 * alone, byte for byte, in offset order. Records that retention deletes while it reads are passed over.
 */
export class TopicReaderClient {
  private readonly instance: KafkajsInstance;
  private readonly cluster: KafkajsCluster;
  private connected: Promise<void> | undefined;

  constructor(settings: KafkaSettings) {
    this.instance = createKafkajs(settings, 'reader');
    this.cluster = createCluster(this.instance.kafka);
  }

  /**
   * From each partition's first offset up to the first that an open transaction may still change (`committed`), or to
   * all that was written: a reader of that waits until every transaction in between has ended.
   */
  async bounds(
    topic: string,
    until: 'committed' | 'written' = 'committed',
  ): Promise<PartitionOffsets[]> {
    await this.use(topic);
    const partitions = this.cluster
      .findTopicPartitionMetadata(topic)
      .map(({ partitionId }) => ({ partition: partitionId }));
    const offsetsOf = async (fromBeginning: boolean): Promise<Map<number, number>> => {
      const asked = [{ topic, fromBeginning, partitions }];
      const cluster = until === 'written' ? readingUncommitted(this.cluster) : this.cluster;
      const [answer] = await this.attempt(() => cluster.fetchTopicsOffset(asked));
      return new Map(answer!.partitions.map(({ partition, offset }) => [partition, +offset]));
    };
    const [starts, ends] = [await offsetsOf(true), await offsetsOf(false)];
    return [...ends]
      .map(([partition, end]) => ({ partition, start: starts.get(partition) ?? end, end }))
      .sort((left, right) => left.partition - right.partition);
  }

  /** The range's records, as many at a time as a fetch gives. Waits where an open transaction stands in between. */
  async *read(range: PartitionRange, signal?: AbortSignal): AsyncGenerator<KafkaRecord[]> {
    const { topic, partition, to } = range;
    await this.use(topic);
    for (let position = range.from; position < to;) {
      signal?.throwIfAborted();
      const asked = { ...range, from: position };
      const answer = await this.attempt(() => this.fetch(asked));
      const records = (answer?.messages ?? [])
        .filter(
          ({ offset, isControlRecord }) => offset >= asked.from && offset < to && !isControlRecord,
        )
        .map((message) => toKafkaRecord(topic, partition, message));
      if (records.length > 0) yield records;
      position = nextAfter(answer) ?? (await this.firstFrom(asked));
    }
  }

  async close(): Promise<void> {
    await this.instance.closeAfter(this.cluster);
  }

  private async use(topic: string): Promise<void> {
    this.connected ??= this.cluster.connect();
    await this.connected;
    await this.cluster.addTargetTopic(topic);
  }

  /** Undefined when the log does not have the position. */
  private async fetch(range: PartitionRange): Promise<PartitionAnswer | undefined> {
    const { topic, partition, from } = range;
    const [nodeId] = Object.keys(this.cluster.findLeaderForPartitions(topic, [partition]));
    const broker = await this.cluster.findBroker({ nodeId: nodeId! });
    const partitions = [{ partition, fetchOffset: String(from), maxBytes: MAX_BYTES }];
    try {
      const { responses } = await broker.fetch({
        isolationLevel: READ_COMMITTED,
        maxWaitTime: MAX_WAIT_MS,
        minBytes: 1,
        maxBytes: MAX_BYTES,
        topics: [{ topic, partitions }],
      });
      return responses[0]?.partitions[0];
    } catch (error) {
      if ((error as { type?: unknown }).type === 'OFFSET_OUT_OF_RANGE') return undefined;
      throw error;
    }
  }

  /** Where reading goes on when a fetch gave nothing: where it was, or where the log begins by now. */
  private async firstFrom({ topic, partition, from, to }: PartitionRange): Promise<number> {
    const bounds = await this.bounds(topic);
    const found = bounds.find((one) => one.partition === partition);
    // A partition that is gone or shorter than it was has been deleted and made again: nothing of the range is left.
    return found === undefined || found.end < from ? to : Math.max(from, found.start);
  }

  private async attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        await setTimeout(BETWEEN_ATTEMPTS_MS);
        await this.cluster.refreshMetadata();
      }
    }
  }
}

/** Message sets from before Kafka 0.11 do not say where they end: there the last message does. */
function nextAfter(answer: PartitionAnswer | undefined): number | undefined {
  const last = answer?.messages.at(-1);
  return answer?.nextOffset ?? (last === undefined ? undefined : Number(last.offset) + 1);
}
