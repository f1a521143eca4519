import { randomBytes } from 'node:crypto';
import {
  ConfigResourceTypes,
  Kafka,
  logLevel,
  type Admin,
  type IHeaders,
  type Producer,
} from 'kafkajs';
import { createTopics } from '../../src/kafka/client/index.js';
import { createCluster, readingUncommitted } from '../../src/kafka/client/kafkajs-cluster.js';
import { headerText, type RecordHeader } from '../../src/record/index.js';
import { readableHeaders } from './readable-headers.js';
import { eventually } from './eventually.js';

const RECORDS_PER_REQUEST = 2_000;

export interface TestRecord {
  readonly key?: string | Buffer | null;
  readonly value: string | Buffer | null;
  readonly headers?: IHeaders;
  readonly partition?: number;
  /** Epoch ms; without it the time at which it is published. */
  readonly timestamp?: number;
}

export interface ReadRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

/** The broker's address for specs that share the lane's one. */
export function sharedBroker(): string {
  const address = process.env['MILLRACE_TEST_KAFKA'];
  if (address === undefined)
    throw new Error('MILLRACE_TEST_KAFKA is not set: run specs by npm test');
  return address;
}

/** A name that no other spec uses. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

function entriesOf(settings: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(settings).map(([name, value]) => ({ name, value }));
}

/** A spec's own way into Kafka, past everything under test. */
export class TestKafka {
  private readonly kafka: Kafka;
  private readonly admin: Admin;
  private readonly producer: Producer;

  private constructor(readonly broker: string) {
    this.kafka = new Kafka({
      clientId: 'spec',
      brokers: [broker],
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 100, retries: 20, maxRetryTime: 1_000 },
    });
    this.admin = this.kafka.admin();
    this.producer = this.kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message, partitionMetadata }) =>
          message.partition ?? hashOf(message.key) % partitionMetadata.length,
    });
  }

  static async connect(broker = sharedBroker()): Promise<TestKafka> {
    const kafka = new TestKafka(broker);
    await Promise.all([kafka.admin.connect(), kafka.producer.connect()]);
    return kafka;
  }

  async createTopic(
    topic: string,
    partitions = 3,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const configEntries = entriesOf(settings);
    await createTopics(this.admin, [{ topic, numPartitions: partitions, configEntries }]);
    return topic;
  }

  /** Sets a topic's settings; those that are not named fall back to the broker's. */
  async setTopic(topic: string, settings: Readonly<Record<string, string>>): Promise<void> {
    await this.admin.alterConfigs({
      validateOnly: false,
      resources: [
        { type: ConfigResourceTypes.TOPIC, name: topic, configEntries: entriesOf(settings) },
      ],
    });
  }

  async addPartitions(topic: string, total: number): Promise<void> {
    await this.admin.createPartitions({ topicPartitions: [{ topic, count: total }] });
    await this.producer.disconnect();
    await this.producer.connect();
  }

  async deleteTopic(topic: string): Promise<void> {
    await this.admin.deleteTopics({ topics: [topic] });
    const isGone = async (): Promise<boolean> => !(await this.admin.listTopics()).includes(topic);
    await eventually(isGone, `topic ${topic} is gone`);
  }

  async publish(topic: string, records: readonly TestRecord[]): Promise<void> {
    const messages = records.map(({ key = null, value, headers, partition, timestamp }) => ({
      key,
      value,
      ...(timestamp === undefined ? {} : { timestamp: String(timestamp) }),
      ...(headers === undefined ? {} : { headers }),
      ...(partition === undefined ? {} : { partition }),
    }));
    for (let from = 0; from < messages.length; from += RECORDS_PER_REQUEST) {
      const part = messages.slice(from, from + RECORDS_PER_REQUEST);
      // One partition a request: when one of several is not ready yet, kafkajs sends all of them again.
      for (const group of byPartition(part)) {
        await this.producer.send({ topic, acks: -1, messages: group });
      }
    }
  }

  /** One transaction of records with the given ids, ended as said. */
  async publishInTransaction(
    topic: string,
    ids: readonly string[],
    end: 'commit' | 'abort',
  ): Promise<void> {
    const producer = this.kafka.producer({
      transactionalId: uniqueName('transaction'),
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({
      topic,
      messages: ids.map((id) => ({ value: JSON.stringify({ id }) })),
    });
    await transaction[end]();
    await producer.disconnect();
  }

  /** Transactions of as many producers, all open at once: each sends its record in turn; the last to begin ends first. */
  async publishInOverlappingTransactions(
    topic: string,
    transactions: readonly { readonly id: string; readonly end: 'commit' | 'abort' }[],
  ): Promise<void> {
    const begun = await Promise.all(
      transactions.map(async ({ id, end }) => {
        const producer = this.kafka.producer({
          transactionalId: uniqueName('transaction'),
          idempotent: true,
          maxInFlightRequests: 1,
        });
        await producer.connect();
        return { id, end, producer, transaction: await producer.transaction() };
      }),
    );
    for (const { id, transaction } of begun) {
      await transaction.send({ topic, messages: [{ value: JSON.stringify({ id }) }] });
    }
    for (const { transaction, end } of [...begun].reverse()) await transaction[end]();
    for (const { producer } of begun) await producer.disconnect();
  }

  /** Everything that the topic holds now. */
  async read(topic: string): Promise<ReadRecord[]> {
    const ends = await this.admin.fetchTopicOffsets(topic);
    const expected = ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
    const found: ReadRecord[] = [];
    if (expected === 0) return found;
    const consumer = this.kafka.consumer({ groupId: uniqueName('reader'), maxWaitTimeInMs: 100 });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ partition, message }) => {
        const { key, value, offset } = message;
        const headers = readableHeaders(message.headers);
        found.push({ partition, offset: Number(offset), key, value, headers });
        return Promise.resolve();
      },
    });
    await eventually(() => found.length >= expected, `all records of ${topic} are read`);
    await consumer.disconnect();
    return found;
  }

  /**
   * Every committed record that the topic holds now, those of transactions included that are just ending, also where transaction markers and aborted records stand in
   * between; in offset order within each partition.
   */
  async readCommitted(topic: string): Promise<ReadRecord[]> {
    const ends = await this.writtenEnds(topic);
    const found: ReadRecord[] = [];
    const reached = new Map<number, number>();
    const consumer = this.kafka.consumer({ groupId: uniqueName('reader'), maxWaitTimeInMs: 100 });
    const { START_BATCH_PROCESS, END_BATCH_PROCESS } = consumer.events;
    consumer.on(START_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) reached.set(payload.partition, Number(payload.lastOffset) + 1);
    });
    consumer.on(END_BATCH_PROCESS, ({ payload }) => {
      reached.set(payload.partition, Number(payload.lastOffset) + 1);
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ partition, message: { key, value, offset, headers } }) => {
        const read = { partition, offset: Number(offset), key, value };
        found.push({ ...read, headers: readableHeaders(headers) });
        return Promise.resolve();
      },
    });
    const isRead = (): boolean =>
      [...ends].every(([partition, end]) => end === 0 || (reached.get(partition) ?? 0) >= end);
    await eventually(isRead, `all committed records of ${topic} are read`);
    await consumer.disconnect();
    return found;
  }

  /** The group's committed offset of each partition, by partition; a partition without one is left out. */
  async committed(groupId: string, topic: string): Promise<Map<number, number>> {
    const [answer] = await this.admin.fetchOffsets({ groupId, topics: [topic] });
    const partitions = answer!.partitions.map(({ partition, offset }) => [
      partition,
      Number(offset),
    ]);
    return new Map(partitions.filter(([, offset]) => offset! >= 0) as [number, number][]);
  }

  /** The text that the broker keeps with the group's committed offset of a partition. */
  async committedMetadata(groupId: string, topic: string, partition = 0): Promise<string> {
    const [answer] = await this.admin.fetchOffsets({ groupId, topics: [topic] });
    return answer!.partitions.find((found) => found.partition === partition)?.metadata ?? '';
  }

  /** Commits by a client of its own, which leaves the group again. */
  async commitWithMetadata(
    groupId: string,
    topic: string,
    offsets: readonly { partition: number; offset: number; metadata: string }[],
  ): Promise<void> {
    const consumer = this.kafka.consumer({ groupId });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic] });
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.run({ autoCommit: false, eachMessage: () => Promise.resolve() });
    await joined;
    await consumer.commitOffsets(
      offsets.map(({ partition, offset, metadata }) => ({
        topic,
        partition,
        offset: String(offset),
        metadata,
      })),
    );
    await consumer.disconnect();
  }

  /** Sets a group's offset by hand, as another client could: also one that no log has. The group must not run. */
  async setCommitted(
    groupId: string,
    topic: string,
    partition: number,
    offset: number | '-1' | '-2',
  ): Promise<void> {
    // A consumer refuses to write these; the admin does, as kafkajs's own recovery does.
    if (typeof offset === 'string') {
      return this.admin.setOffsets({ groupId, topic, partitions: [{ partition, offset }] });
    }
    const consumer = this.kafka.consumer({ groupId, maxWaitTimeInMs: 50 });
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.connect();
    await consumer.subscribe({ topics: [topic] });
    await consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
    await joined;
    await consumer.commitOffsets([{ topic, partition, offset: String(offset) }]);
    await consumer.disconnect();
  }

  /** Deletes every record below that offset. */
  async deleteRecords(topic: string, partition: number, below: number): Promise<void> {
    const partitions = [{ partition, offset: String(below) }];
    // Reading the offsets makes the client look up the topic's leaders; a new topic's may still be on their way.
    await eventually(async () => {
      await this.admin.fetchTopicOffsets(topic);
      await this.admin.deleteTopicRecords({ topic, partitions });
      return true;
    }, `records of ${topic} are deleted`);
  }

  /** The group's committed offset exactly as the broker has it, `-1` when there is none. */
  async rawCommitted(groupId: string, topic: string): Promise<string[]> {
    const [answer] = await this.admin.fetchOffsets({ groupId, topics: [topic] });
    return answer!.partitions.map(({ offset }) => offset);
  }

  /** The offset after the last record of each partition. A topic that was just created has no leader for a moment. */
  async ends(topic: string): Promise<Map<number, number>> {
    let ends = new Map<number, number>();
    await eventually(async () => {
      const offsets = await this.admin.fetchTopicOffsets(topic);
      ends = new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
      return true;
    }, `${topic} tells its ends`);
    return ends;
  }

  /** The ends of what was written: a commit is answered a moment before readers of committed records may pass it. */
  private async writtenEnds(topic: string): Promise<Map<number, number>> {
    const cluster = createCluster(this.kafka);
    await cluster.connect();
    let ends = new Map<number, number>();
    try {
      await cluster.addTargetTopic(topic);
      // A topic that was just created may still be without a leader where it is asked for.
      await eventually(async () => {
        await cluster.refreshMetadata();
        const partitions = cluster
          .findTopicPartitionMetadata(topic)
          .map(({ partitionId }) => ({ partition: partitionId }));
        const asked = [{ topic, fromBeginning: false, partitions }];
        const [answer] = await readingUncommitted(cluster).fetchTopicsOffset(asked);
        ends = new Map(answer!.partitions.map(({ partition, offset }) => [partition, +offset]));
        return true;
      }, `${topic} tells what was written`);
      return ends;
    } finally {
      await cluster.disconnect();
    }
  }

  /** Waits until the group has committed everything that the topic holds. */
  async allCommitted(groupId: string, topic: string, timeoutMs?: number): Promise<void> {
    const isCommitted = async (): Promise<boolean> => {
      const [committed, ends] = [await this.committed(groupId, topic), await this.ends(topic)];
      return [...ends].every(([partition, end]) => end === 0 || committed.get(partition) === end);
    };
    await eventually(isCommitted, `group ${groupId} has committed all of ${topic}`, timeoutMs);
  }

  async close(): Promise<void> {
    await Promise.all([this.admin.disconnect(), this.producer.disconnect()]);
  }
}

/** A header's value as text. */
export function headerOf(record: ReadRecord, name: string): string | undefined {
  return headerText(record.headers, name);
}

function hashOf(key: unknown): number {
  let hash = 0;
  for (const character of String(key)) hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  return hash;
}

function byPartition<Sent extends { readonly partition?: number }>(
  messages: readonly Sent[],
): Iterable<Sent[]> {
  const groups = new Map<number | undefined, Sent[]>();
  for (const message of messages) {
    const group = groups.get(message.partition) ?? [];
    group.push(message);
    groups.set(message.partition, group);
  }
  return groups.values();
}
