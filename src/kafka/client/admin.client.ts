import kafkajs, { type Admin } from 'kafkajs';
import type { KafkaSettings } from '../../config/index.js';
import { createKafkajs, type KafkajsInstance } from './kafkajs.factory.js';
import { createTopics } from './topic-creation.js';

/** A topic to create. `settings` are Kafka's own topic settings. */
export interface TopicToCreate {
  readonly topic: string;
  readonly partitions: number;
  readonly settings: Readonly<Record<string, string>>;
}

export interface PartitionOffset {
  readonly partition: number;
  readonly offset: number;
}

export interface PartitionOffsets {
  readonly partition: number;
  readonly start: number;
  readonly end: number;
}

/** Few: whoever asks asks again, and a stop must not wait for a broker that is gone. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 500, retries: 3 } as const;

/** Kafka's own default. */
const DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

/**
 * The one administrative connection of the process. Connects when first used and again after a failure; every call
 * rejects while no broker answers.
 */
export class AdminClient {
  private readonly instance: KafkajsInstance;
  private admin: Promise<Admin> | undefined;

  constructor(settings: KafkaSettings) {
    this.instance = createKafkajs(settings, 'admin', { retry: RETRY });
  }

  /** The names of all topics. */
  listTopics(): Promise<string[]> {
    return this.use((admin) => admin.listTopics());
  }

  /** Each topic's number of partitions; rejects when one does not exist. */
  async partitionCounts(topics: readonly string[]): Promise<Map<string, number>> {
    const { topics: found } = await this.use((admin) =>
      admin.fetchTopicMetadata({ topics: [...topics] }),
    );
    return new Map(found.map(({ name, partitions }) => [name, partitions.length]));
  }

  /** Creates topics; one that exists already is left as it is. */
  async createTopics(topics: readonly TopicToCreate[]): Promise<void> {
    await this.use((admin) =>
      createTopics(
        admin,
        topics.map(({ topic, partitions, settings }) => ({
          topic,
          numPartitions: partitions,
          configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
        })),
      ),
    );
  }

  /** The first offset that each partition still has, and the one after its last record; markers count. */
  async offsets(topic: string): Promise<PartitionOffsets[]> {
    const offsets = await this.use((admin) => admin.fetchTopicOffsets(topic));
    return offsets.map(({ partition, low, high }) => ({
      partition,
      start: Number(low),
      end: Number(high),
    }));
  }

  /** The largest record batch, in bytes, that the topic takes. */
  async maxMessageBytes(topic: string): Promise<number> {
    const settings = await this.topicSettings(topic, ['max.message.bytes']);
    return Number(settings.get('max.message.bytes') ?? DEFAULT_MAX_MESSAGE_BYTES);
  }

  /** What holds for the topic of Kafka's own topic settings, given by itself or by the broker's default. */
  async topicSettings(topic: string, names: readonly string[]): Promise<Map<string, string>> {
    const { resources } = await this.use((admin) =>
      admin.describeConfigs({
        includeSynonyms: false,
        resources: [
          { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: [...names] },
        ],
      }),
    );
    const entries = resources[0]?.configEntries ?? [];
    return new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
  }

  /** A group's committed offsets; a partition without one is left out (kafkajs writes -1 and -2 for none). */
  async committedOffsets(groupId: string, topic: string): Promise<PartitionOffset[]> {
    const answers = await this.use((admin) => admin.fetchOffsets({ groupId, topics: [topic] }));
    return answers
      .flatMap(({ partitions }) => partitions)
      .map(({ partition, offset }) => ({ partition, offset: Number(offset) }))
      .filter(({ offset }) => offset >= 0);
  }

  /** For good: what is being asked fails at once. */
  async stop(): Promise<void> {
    this.instance.close();
    await this.disconnect();
  }

  private async use<Result>(work: (admin: Admin) => Promise<Result>): Promise<Result> {
    this.admin ??= this.connect();
    try {
      return await work(await this.admin);
    } catch (error) {
      if (!isTopicError(error)) await this.disconnect();
      throw error;
    }
  }

  private async disconnect(): Promise<void> {
    const { admin } = this;
    this.admin = undefined;
    try {
      await (await admin)?.disconnect();
    } catch {
      // It never connected or the broker went first; either way it is closed.
    } finally {
      this.instance.destroySockets('the admin connection is made anew');
    }
  }

  private async connect(): Promise<Admin> {
    const admin = this.instance.kafka.admin({ retry: RETRY });
    admin.on(admin.events.REQUEST_TIMEOUT, () => {
      this.instance.destroySockets('an admin request timed out');
    });
    await admin.connect();
    return admin;
  }
}

function isTopicError(error: unknown): boolean {
  return (error as { type?: unknown } | null)?.type === 'UNKNOWN_TOPIC_OR_PARTITION';
}
