import kafkajs, { type Message, type Producer } from 'kafkajs';
import type { KafkaSettings } from '../../config/index.js';
import { CLIENT_RETRY, createKafkajs, type KafkajsInstance } from './kafkajs.factory.js';
import { toMessage, type OutgoingRecord } from './record-conversion.js';

const SIZE_REFUSALS: readonly unknown[] = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];
/** The one codec that needs no native module on either side. */
const GZIP = kafkajs.CompressionTypes.GZIP;

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

  /**
   * Resolves when every in-sync replica has the records. They are
   * compressed if the first of them is to be. Settles when nothing of them is under way any more.
   */
  async send(records: readonly OutgoingRecord[]): Promise<void> {
    await this.connect();
    const { topic, isCompressed = false } = records[0]!;
    const compression = isCompressed ? GZIP : kafkajs.CompressionTypes.None;
    // Each partition by itself: kafkajs asks a broker that has answered once never again, so that what moves to such a
    // broker between two tries is reported as sent without having been.
    const sent = [...byPartition(records)].map((messages) =>
      this.producer.send({ topic, acks: -1, compression, messages }),
    );
    const refused = (await Promise.allSettled(sent)).find(({ status }) => status === 'rejected');
    if (refused !== undefined) throw (refused as PromiseRejectedResult).reason;
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

function byPartition(records: readonly OutgoingRecord[]): Iterable<Message[]> {
  const groups = new Map<number | undefined, Message[]>();
  for (const record of records) {
    const messages = groups.get(record.partition) ?? [];
    messages.push(toMessage(record));
    groups.set(record.partition, messages);
  }
  return groups.values();
}

/** Whether the broker refused records for their size. kafkajs wraps its answer. */
export function isRefusedForSize(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; depth += 1) {
    if (SIZE_REFUSALS.includes((cause as { type?: unknown }).type)) return true;
    ({ cause } = cause);
  }
  return false;
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
