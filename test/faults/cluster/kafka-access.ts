import kafkajs, { type Admin, type Kafka, type KafkaMessage } from 'kafkajs';
import { randomBytes } from 'node:crypto';
import { eventually } from '../../support/eventually.js';

/** The harness's own way into Kafka, past everything under test. */
export class KafkaAccess {
  readonly kafka: Kafka;
  readonly admin: Admin;

  constructor(readonly address: string) {
    this.kafka = new kafkajs.Kafka({
      clientId: 'faults',
      brokers: address.split(','),
      logLevel: kafkajs.logLevel.NOTHING,
      connectionTimeout: 3_000,
      requestTimeout: 10_000,
      retry: { initialRetryTime: 100, retries: 40, maxRetryTime: 1_000 },
    });
    this.admin = this.kafka.admin();
  }

  async connect(): Promise<this> {
    await this.admin.connect();
    return this;
  }

  async close(): Promise<void> {
    await this.admin.disconnect();
  }

  async createTopic(
    topic: string,
    partitions: number,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    await this.admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic, numPartitions: partitions, configEntries }],
    });
    const hasLeaders = async (): Promise<boolean> => (await this.ends(topic)).length === partitions;
    await eventually(hasLeaders, `${topic} has leaders`);
  }

  /** What is gone already, or cannot go, stays as it is. */
  async deleteTopics(topics: readonly string[]): Promise<void> {
    try {
      const existing = new Set(await this.admin.listTopics());
      // kafkajs asks again and again for the end of a topic that is not there.
      await this.admin.deleteTopics({ topics: topics.filter((topic) => existing.has(topic)) });
    } catch {
      // Another run's topics have other names.
    }
  }

  /** The node of the partition's leader. */
  async leaderOf(topic: string, partition = 0): Promise<number> {
    const { topics } = await this.admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]!.partitions.find(({ partitionId }) => partitionId === partition)!.leader;
  }

  async ends(topic: string): Promise<{ partition: number; low: number; high: number }[]> {
    const offsets = await this.admin.fetchTopicOffsets(topic);
    return offsets.map(({ partition, low, high }) => ({
      partition,
      low: Number(low),
      high: Number(high),
    }));
  }

  /** How many records the group has not committed; of a partition without a commit, all. */
  async lag(group: string, topic: string): Promise<number> {
    const [answer] = await this.admin.fetchOffsets({ groupId: group, topics: [topic] });
    const committed = new Map(
      answer!.partitions.map(({ partition, offset }) => [partition, Number(offset)]),
    );
    const ends = await this.ends(topic);
    return ends.reduce((sum, { partition, low, high }) => {
      return sum + Math.max(0, high - Math.max(low, committed.get(partition) ?? 0));
    }, 0);
  }

  /** Reads all that the topic holds now, control records and what was aborted left out. */
  async scan(
    topic: string,
    visit: (partition: number, message: KafkaMessage) => void,
  ): Promise<void> {
    const ends = await this.ends(topic);
    const open = new Map(
      ends.filter(({ low, high }) => high > low).map(({ partition, high }) => [partition, high]),
    );
    if (open.size === 0) return;
    const consumer = this.kafka.consumer({
      groupId: `faults-scan-${randomBytes(4).toString('hex')}`,
      maxWaitTimeInMs: 100,
      maxBytesPerPartition: 4 * 1024 * 1024,
    });
    const reached = (partition: number, next: number): void => {
      if (next >= (open.get(partition) ?? Infinity)) open.delete(partition);
      if (open.size === 0) finish();
    };
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) reached(payload.partition, Number(payload.lastOffset) + 1);
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        for (const message of batch.messages) visit(batch.partition, message);
        reached(batch.partition, Number(batch.lastOffset()) + 1);
        return Promise.resolve();
      },
    });
    await finished;
    await consumer.disconnect();
  }
}
