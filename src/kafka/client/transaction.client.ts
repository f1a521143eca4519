import kafkajs, { type Producer } from 'kafkajs';
import type { KafkaSettings } from '../../config/index.js';
import type { OutgoingRecord } from '../../record/index.js';
import { createKafkajs, type KafkajsInstance } from './kafkajs.factory.js';
import { toMessage } from './record-conversion.js';

const TRANSACTION_TIMEOUT_MS = 30_000;
/** Short waits: right after a transaction the coordinator asks for a moment's patience, each time. */
const RETRY = { initialRetryTime: 20, maxRetryTime: 1_000, retries: 12 } as const;

/** INVALID_PRODUCER_EPOCH; the newer PRODUCER_FENCED is unknown to kafkajs. */
const FENCED = [47, 90];

/** Another producer with the same transactional id has taken over. Whatever this one had open is aborted. */
export function isFenced(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return FENCED.includes((error as { code?: number }).code ?? 0) || isFenced(error.cause);
}

/**
 * A producer that publishes records of several topics in one transaction: a reader of committed records sees all or
 * none. Used once: after an error its outcome is unknown, kafkajs cannot go on, and a new one with the same id has to be
 * opened, which decides what was left open.
 */
export class TransactionClient {
  private readonly instance: KafkajsInstance;
  private readonly producer: Producer;

  constructor(settings: KafkaSettings, transactionalId: string) {
    this.instance = createKafkajs(settings, `transactions ${transactionalId}`, { retry: RETRY });
    this.producer = this.instance.kafka.producer({
      transactionalId,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: TRANSACTION_TIMEOUT_MS,
      allowAutoTopicCreation: false,
      metadataMaxAge: 30_000,
      retry: RETRY,
      createPartitioner: partitionByWishOrKey,
    });
    this.producer.on(this.producer.events.REQUEST_TIMEOUT, () => {
      this.instance.destroySockets('a transaction timed out');
    });
  }

  /**
   * Fences the producer that had the id before. When this resolves, everything that it published is either committed
   * and can be read, or aborted for good.
   */
  async open(): Promise<void> {
    await this.producer.connect();
    await (await this.producer.transaction()).abort();
  }

  /** Resolves when all of it is committed. One at a time. */
  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    const topics = [...new Set(records.map(({ topic }) => topic))];
    const transaction = await this.producer.transaction();
    await transaction.sendBatch({
      acks: -1,
      topicMessages: topics.map((topic) => ({
        topic,
        messages: records.filter((record) => record.topic === topic).map(toMessage),
      })),
    });
    await transaction.commit();
  }

  async close(): Promise<void> {
    await this.instance.closeAfter(this.producer);
  }
}

type Partitioner = ReturnType<typeof kafkajs.Partitioners.DefaultPartitioner>;

function partitionByWishOrKey(): Partitioner {
  const byKey = kafkajs.Partitioners.DefaultPartitioner();
  return (choice) => {
    const { partitionMetadata, message } = choice;
    const wanted = message.partition;
    if (partitionMetadata.some(({ partitionId }) => partitionId === wanted)) return wanted!;
    const { partition: _without, ...free } = message;
    return byKey({ ...choice, message: free });
  };
}
