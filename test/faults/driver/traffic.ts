import { setTimeout as sleep } from 'node:timers/promises';
import type { Message, Producer } from 'kafkajs';
import type { KafkaAccess } from '../cluster/kafka-access.js';
import { ProducerLedger, type Produced } from '../evidence/producer-ledger.js';
import { monotonicNow } from '../running/world.js';
import type { RecordKind, Traffic } from '../scenarios/scenario.js';
import type { SeededRandom } from './random.js';

const TICK_MS = 100;
export const ID_HEADER = 'fault-id';
export const KIND_HEADER = 'fault-kind';
/** Stands in every value, and may never stand in a log, a probe's answer or a header. */
export const PAYLOAD_CANARY = 'canary-payload-3f9c1d';

/**
 * Sends records at a steady pace and keeps the ledger of them. What gets no answer is `unknown`; what a retry put into the
 * log twice is two records there. A plain producer, so that nothing but the broker's own acknowledgement counts.
 */
export class TrafficSource {
  readonly ledger = new ProducerLedger();
  private producer: Producer | undefined;
  private due = 0;
  private made = 0;
  private partitions = 1;

  constructor(
    private readonly kafka: KafkaAccess,
    private readonly topic: string,
    private readonly traffic: Traffic,
    private readonly random: SeededRandom,
  ) {}

  async run(signal: AbortSignal, driven: Promise<unknown>): Promise<void> {
    const { seconds = Infinity, records = Infinity, recordsPerSecond } = this.traffic;
    let isDriven = false;
    void driven.catch(() => undefined).finally(() => (isDriven = true));
    const since = monotonicNow();
    for (;;) {
      const elapsed = monotonicNow() - since;
      const isEndless = seconds === Infinity && records === Infinity;
      if (elapsed >= seconds * 1000 || this.made >= records || (isEndless && isDriven)) break;
      const due = Math.floor((elapsed / 1000) * recordsPerSecond) - this.due;
      // After an outage it goes on at its pace, instead of making up for what was not sent.
      const most = Math.ceil((recordsPerSecond * TICK_MS * 5) / 1000);
      const count = Math.min(due, most, records - this.made);
      this.due += due;
      if (count > 0) await this.send(Array.from({ length: count }, () => this.next()));
      await sleep(TICK_MS, undefined, { signal });
    }
    await this.producer?.disconnect();
  }

  private next(): Produced {
    const kind = this.random.weighted<RecordKind>(this.traffic.kinds);
    const key = `key-${this.random.below(this.traffic.keys)}`;
    this.made += 1;
    return { id: `r${this.made}`, kind, key, acknowledgement: 'unknown' };
  }

  /**
   * One request for each partition: kafkajs, when it sends to several brokers and one of them fails, does not send what
   * has moved to a broker that answered already, and reports it as acknowledged.
   */
  private async send(records: readonly Produced[]): Promise<void> {
    for (const record of records) this.ledger.add(record);
    try {
      this.producer ??= await this.connect();
    } catch {
      return; // No answer: the ledger says so.
    }
    const { producer, partitions } = this;
    const groups = new Map<number, Produced[]>();
    for (const record of records) {
      const partition = hashOf(record.key) % partitions;
      groups.set(partition, [...(groups.get(partition) ?? []), record]);
    }
    const sent = [...groups].map(([partition, group]) => this.sendTo(producer, partition, group));
    if ((await Promise.all(sent)).every(Boolean)) return;
    await producer.disconnect().catch(() => undefined);
    this.producer = undefined;
  }

  private async sendTo(
    producer: Producer,
    partition: number,
    records: readonly Produced[],
  ): Promise<boolean> {
    const { valueBytes, message = (record) => messageOf(record, valueBytes) } = this.traffic;
    const messages = records.map((record) => ({ ...message(record), partition }));
    try {
      await producer.send({ topic: this.topic, acks: -1, messages });
    } catch {
      return false;
    }
    for (const record of records) record.acknowledgement = 'acknowledged';
    return true;
  }

  private async connect(): Promise<Producer> {
    const producer = this.kafka.kafka.producer({
      allowAutoTopicCreation: false,
      // So that it finds added partitions soon.
      metadataMaxAge: 5_000,
      createPartitioner:
        () =>
        ({ message, partitionMetadata }) => {
          this.partitions = partitionMetadata.length;
          return message.partition!;
        },
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 60 },
    });
    await producer.connect();
    this.partitions = (await this.kafka.ends(this.topic)).length;
    return producer;
  }
}

/** FNV-1a, so that a key keeps its partition as long as their number stays. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}

/** A name that comes twice, and bytes that are no text. */
const HARD_HEADERS = {
  'fault-tag': ['first', 'second'],
  'fault-bytes': Buffer.from([0xff, 0, 0x80]),
};

function messageOf({ id, kind, key }: Produced, bytes = 0): Message {
  const value = valueOf({ id, kind, note: PAYLOAD_CANARY }, bytes);
  return { key, value, headers: { [ID_HEADER]: id, [KIND_HEADER]: kind, ...HARD_HEADERS } };
}

const DEPTH = 20_000;

function valueOf(work: { id: string; kind: RecordKind; note: string }, bytes: number): string {
  const bare = JSON.stringify(work);
  const filling = 'x'.repeat(Math.max(0, bytes - bare.length));
  const good = filling === '' ? bare : JSON.stringify({ ...work, filling });
  const { id, kind } = work;
  switch (kind) {
    case 'poison-truncated':
      return good.slice(0, -3);
    case 'poison-bom':
      return `\uFEFF\uFEFF${good}`;
    case 'poison-nan':
      return `{"id":"${id}","total":NaN,"note":"${PAYLOAD_CANARY}"}`;
    case 'poison-deep':
      return '['.repeat(DEPTH) + ']'.repeat(DEPTH);
    default:
      return good;
  }
}
