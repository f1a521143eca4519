import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '../../config/index.js';
import {
  DependencyUnavailableError,
  type OutgoingRecord,
  type PublishedPlace,
} from '../../record/index.js';
import { RecordTooLargeError } from '../kafka.errors.js';
import { isRefusedForSize, PublisherClient } from '../client/index.js';

const MAX_RECORDS_PER_REQUEST = 200;
const MAX_BYTES_PER_REQUEST = 512 * 1024;

interface Publication {
  readonly record: OutgoingRecord;
  readonly resolve: (place: PublishedPlace) => void;
  readonly reject: (error: Error) => void;
}

interface Refused {
  readonly publication: Publication;
  readonly error: Error;
}

/**
 * Publishes records, acknowledged by all in-sync replicas. Publications to one topic are sent in the order in which they
 * were asked for, one request at a time; topics do not wait for each other. A record may stand twice in the log when an
 * acknowledgement was lost; it is never reported as published when it was not.
 */
@Injectable()
export class RecordPublisher implements OnApplicationShutdown {
  private readonly topics = new Map<string, TopicPublisher>();

  constructor(private readonly settings: Settings) {}

  /**
   * Resolves with where it stands. Rejects with `DependencyUnavailableError`, dependency `topic <name>`, when the topic or its brokers do not take it;
   * of it a `RecordTooLargeError` when the topic refuses this record for its size.
   */
  publish(record: OutgoingRecord): Promise<PublishedPlace> {
    let topic = this.topics.get(record.topic);
    if (topic === undefined) {
      topic = new TopicPublisher(record.topic, () => this.connect(record.topic));
      this.topics.set(record.topic, topic);
    }
    return topic.publish(record);
  }

  /** Closes the connections once what was asked for is sent or has failed. */
  async close(): Promise<void> {
    await Promise.all([...this.topics.values()].map((topic) => topic.close()));
    this.topics.clear();
  }

  /** For applications without our shutdown, which closes it earlier. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private connect(topic: string): PublisherClient {
    return new PublisherClient(this.settings.kafka, topic);
  }
}

class TopicPublisher {
  private waiting: Publication[] = [];
  private sending: Promise<void> | undefined;
  private client: PublisherClient | undefined;

  constructor(
    private readonly topic: string,
    private readonly connect: () => PublisherClient,
  ) {}

  publish(record: OutgoingRecord): Promise<PublishedPlace> {
    const published = new Promise<PublishedPlace>((resolve, reject) => {
      this.waiting.push({ record, resolve, reject });
    });
    this.sending ??= this.sendAll();
    return published;
  }

  async close(): Promise<void> {
    await this.sending;
    await this.client?.close();
    this.client = undefined;
  }

  private async sendAll(): Promise<void> {
    // What is asked for in the same turn of the event loop shares a request.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const request = this.nextRequest();
      const refused = await this.send(request);
      // One record may be what the broker refuses: where several were asked for, each gets its own answer.
      const final = request.length === 1 ? refused : await this.sendEach(refused);
      for (const one of final) await this.giveUp(one);
    }
    // In the same turn as the look at what waits: what is asked for later finds nobody sending and begins anew.
    this.sending = undefined;
  }

  private nextRequest(): Publication[] {
    let bytes = 0;
    let count = 0;
    let isAlone = false;
    for (const { record } of this.waiting) {
      bytes += (record.value?.length ?? 0) + (record.key?.length ?? 0);
      if (count > 0 && (isAlone || record.isCompressed === true)) break;
      isAlone = record.isCompressed === true;
      if (count > 0 && (count === MAX_RECORDS_PER_REQUEST || bytes > MAX_BYTES_PER_REQUEST)) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async sendEach(refused: readonly Refused[]): Promise<Refused[]> {
    const left: Refused[] = [];
    for (const { publication } of refused) left.push(...(await this.send([publication])));
    return left;
  }

  /** Resolves with those that are not known to be published. */
  private async send(publications: readonly Publication[]): Promise<Refused[]> {
    const results = await this.ask(publications.map(({ record }) => record));
    const refused: Refused[] = [];
    for (const [index, publication] of publications.entries()) {
      const result = results[index]!;
      if (result instanceof Error) refused.push({ publication, error: result });
      else publication.resolve(result);
    }
    return refused;
  }

  private async ask(records: readonly OutgoingRecord[]): Promise<(PublishedPlace | Error)[]> {
    try {
      this.client ??= this.connect();
      return await this.client.send(records);
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      return records.map(() => failure);
    }
  }

  private async giveUp({ publication, error }: Refused): Promise<void> {
    const failure = this.failureOf(error);
    publication.reject(failure);
    if (failure instanceof RecordTooLargeError) return;
    // A new connection forgets what kafkajs believes about a topic that was deleted or moved.
    const { client } = this;
    this.client = undefined;
    await client?.close();
  }

  private failureOf(error: Error): DependencyUnavailableError {
    const { topic } = this;
    if (isRefusedForSize(error)) return new RecordTooLargeError(topic, error);
    return new DependencyUnavailableError(
      `topic ${topic}`,
      `cannot publish to ${topic}: ${error.message}`,
      {
        cause: error,
        context: { topic },
      },
    );
  }
}
