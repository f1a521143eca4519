import type { Producer } from 'kafkajs';
import type { KafkaSettings } from '../../config/index.js';
import { CLIENT_RETRY, createKafkajs, type KafkajsInstance } from './kafkajs.factory.js';
import { toMessage, type OutgoingRecord } from './record-conversion.js';

/**
 * The connection that publishes to one topic. One topic each, because kafkajs refreshes the metadata of all topics of a
 * producer together, so that one missing topic would fail the publications to every other.
 *
 * A plain producer with acknowledgement by all in-sync replicas: kafkajs's idempotent one dies of a sequence error and
 * then blocks. A retried publication may therefore stand twice.
 */
export class PublisherClient {
  private readonly instance: KafkajsInstance;
  private readonly producer: Producer;
  private connected: Promise<void> | undefined;

  constructor(settings: KafkaSettings, topic: string) {
    this.instance = createKafkajs(settings, `publisher ${topic}`);
    this.producer = this.instance.kafka.producer({
      allowAutoTopicCreation: false,
      metadataMaxAge: 30_000,
      retry: { ...CLIENT_RETRY, retries: 3 },
      createPartitioner: () => choosePartition,
    });
    this.producer.on(this.producer.events.REQUEST_TIMEOUT, () => {
      this.instance.destroySockets('a publication timed out');
    });
  }

  /** Resolves when every in-sync replica has the records. */
  async send(records: readonly OutgoingRecord[]): Promise<void> {
    await this.connect();
    await this.producer.send({
      topic: records[0]!.topic,
      acks: -1,
      messages: records.map(toMessage),
    });
  }

  async close(): Promise<void> {
    try {
      await this.producer.disconnect();
    } catch {
      // Nothing is in flight any more: an error here says only that the broker went first.
    } finally {
      this.instance.close();
    }
  }

  private connect(): Promise<void> {
    this.connected ??= this.producer.connect().catch((error: unknown) => {
      this.connected = undefined;
      throw error;
    });
    return this.connected;
  }
}

interface PartitionChoice {
  readonly partitionMetadata: readonly { readonly partitionId: number }[];
  readonly message: { readonly partition?: number };
}

function choosePartition({ partitionMetadata, message }: PartitionChoice): number {
  const wanted = message.partition;
  if (wanted !== undefined && partitionMetadata.some(({ partitionId }) => partitionId === wanted)) {
    return wanted;
  }
  return (wanted ?? 0) % partitionMetadata.length;
}
