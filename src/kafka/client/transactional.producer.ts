import kafkajs, { type Message, type Producer, type Transaction } from 'kafkajs';
import type { KafkaSettings } from '../../config/index.js';
import type { OutgoingRecord, PublishedPlace } from '../../record/index.js';
import { groupedInOnePass } from './grouped-messages.js';
import { byTopic, type OffsetToCommit } from './group-offsets.js';
import { createKafkajs, type KafkajsInstance } from './kafkajs.factory.js';
import { toMessage } from './record-conversion.js';
import { StickyPartitions } from './sticky-partitions.js';

/** Short waits: right after a transaction the coordinator asks for a moment's patience, each time. */
const RETRY = { initialRetryTime: 10, maxRetryTime: 1_000, retries: 9 } as const;
const BUSY_RETRY_MS = 10;
const BUSY_RETRIES = 200;
/** The transaction before has ended, and its markers are still being written. */
const BUSY = 'CONCURRENT_TRANSACTIONS';

export interface TransactionalProducerOptions {
  readonly transactionalId: string;
  readonly timeoutMs: number;
}

/**
 * Produces records and commits a group's offsets in transactions, one at a time. kafkajs cannot go on after a failure of
 * anything but `begin`, and of a `send` that the broker refused as a whole: then a new producer with the same id has to
 * be initialised, which decides what was left open.
 */
export class TransactionalProducer {
  private readonly instance: KafkajsInstance;
  private readonly producer: Producer;
  private readonly partitions = new StickyPartitions();
  private transaction: Transaction | undefined;

  constructor(settings: KafkaSettings, options: TransactionalProducerOptions) {
    const { transactionalId, timeoutMs } = options;
    this.instance = createKafkajs(settings, `transactions ${transactionalId}`, { retry: RETRY });
    this.producer = this.instance.kafka.producer({
      transactionalId,
      maxInFlightRequests: 1,
      transactionTimeout: timeoutMs,
      allowAutoTopicCreation: false,
      metadataMaxAge: 30_000,
      retry: RETRY,
      createPartitioner: () => (choice) => this.partitions.choose(choice),
    });
    this.producer.on(this.producer.events.REQUEST_TIMEOUT, () => {
      this.instance.destroySockets('a transaction timed out');
    });
  }

  /**
   * Fences the producer that had the id before. When this resolves, everything that it published and committed is
   * either committed and can be read, or aborted for good.
   */
  async init(): Promise<void> {
    await this.producer.connect();
    await this.begin();
    await this.abort();
  }

  async begin(): Promise<void> {
    this.transaction = await this.producer.transaction();
  }

  /** Records of one topic, in this order within each partition. Resolves with their places, which count once committed. */
  async send(records: readonly OutgoingRecord[]): Promise<PublishedPlace[]> {
    const { topic, isCompressed = false } = records[0]!;
    const { GZIP, None } = kafkajs.CompressionTypes;
    const messages = groupedInOnePass(records.map(toMessage));
    const compression = isCompressed ? GZIP : None;
    const answers = await this.open.send({ topic, acks: -1, compression, messages });
    const bases = new Map(
      answers.map(({ partition, baseOffset }) => [partition, Number(baseOffset)]),
    );
    return messages.map((message) => this.placeOf(message, bases));
  }

  async sendOffsets(groupId: string, offsets: readonly OffsetToCommit[]): Promise<void> {
    const topics = byTopic(offsets, ({ partition, nextOffset, metadata }) => ({
      partition,
      offset: String(nextOffset),
      ...(metadata === undefined ? {} : { metadata }),
    }));
    // kafkajs asks again for everything but this.
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.open.sendOffsets({ consumerGroupId: groupId, topics });
      } catch (error) {
        if ((error as { type?: string }).type !== BUSY || tries === BUSY_RETRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, BUSY_RETRY_MS));
      }
    }
  }

  async commit(): Promise<void> {
    await this.open.commit();
  }

  async abort(): Promise<void> {
    await this.open.abort();
  }

  async close(): Promise<void> {
    await this.instance.closeAfter(this.producer);
  }

  private get open(): Transaction {
    if (this.transaction === undefined) throw new Error('no transaction was begun');
    return this.transaction;
  }

  /**
   * kafkajs asks a broker that has answered once never again, so what moves to such a broker between two tries is
   * reported as sent without having been: its partition is missing in the answers.
   */
  private placeOf(message: Message, bases: Map<number, number>): PublishedPlace {
    const partition = this.partitions.of(message);
    const offset = bases.get(partition);
    if (offset === undefined) throw new Error('a partition moved to another broker meanwhile');
    bases.set(partition, offset + 1);
    return { partition, offset };
  }
}
