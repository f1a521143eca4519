import kafkajs, { type Producer } from 'kafkajs';
import type { KafkaSettings } from '../../config/index.js';
import type { OutgoingRecord, PublishedPlace } from '../../record/index.js';
import { CLIENT_RETRY, createKafkajs, type KafkajsInstance } from './kafkajs.factory.js';
import { MissingPartitionError } from './missing-partition.errors.js';
import { toMessage } from './record-conversion.js';

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
   * Resolves with what each came to, in the order given: its place when every in-sync replica has it, or why it is not
   * known to be published. They are compressed if the first of them is to be. Settles when nothing of them is under way
   * any more; rejects when no broker was asked.
   */
  async send(records: readonly OutgoingRecord[]): Promise<(PublishedPlace | Error)[]> {
    await this.connect();
    const results: (PublishedPlace | Error)[] = [];
    // Each partition by itself: kafkajs asks a broker that has answered once never again, so that what moves to such a
    // broker between two tries is reported as sent without having been.
    const sent = byPartition(records).map(async (indices) => {
      const asked = indices.map((index) => records[index]!);
      const answers = await this.sendTogether(asked).catch((error: unknown) => {
        const failure = error instanceof Error ? error : new Error(String(error));
        return asked.map(() => failure);
      });
      for (const [nth, index] of indices.entries()) results[index] = answers[nth]!;
    });
    await Promise.all(sent);
    return results;
  }

  /** Records of one partition, which the broker gives offsets in a row. */
  private async sendTogether(records: readonly OutgoingRecord[]): Promise<PublishedPlace[]> {
    const { topic, isCompressed = false } = records[0]!;
    const compression = isCompressed ? GZIP : kafkajs.CompressionTypes.None;
    const messages = records.map(toMessage);
    const [answer] = await this.producer.send({ topic, acks: -1, compression, messages });
    const { partition, baseOffset } = answer!;
    return records.map((_, nth) => ({ partition, offset: Number(baseOffset) + nth }));
  }

  async close(): Promise<void> {
    await this.instance.closeAfter(this.producer);
  }

  private connect(): Promise<void> {
    this.connected ??= this.producer.connect().catch((error: unknown) => {
      this.connected = undefined;
      throw error;
    });
    return this.connected;
  }
}

/** The places in the list of the records of each partition. */
function byPartition(records: readonly OutgoingRecord[]): number[][] {
  const groups = new Map<number | undefined, number[]>();
  for (const [index, { partition }] of records.entries()) {
    const group = groups.get(partition);
    if (group === undefined) groups.set(partition, [index]);
    else group.push(index);
  }
  return [...groups.values()];
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
  readonly message: { readonly partition?: number; readonly keepsPartition?: boolean };
}

function choosePartition({ partitionMetadata, message }: PartitionChoice): number {
  const wanted = message.partition;
  if (wanted !== undefined && partitionMetadata.some(({ partitionId }) => partitionId === wanted)) {
    return wanted;
  }
  if (message.keepsPartition === true) throw new MissingPartitionError(wanted ?? 0);
  return (wanted ?? 0) % partitionMetadata.length;
}
