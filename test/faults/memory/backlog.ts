import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { KafkaAccess } from '../cluster/kafka-access.js';
import type { Expected } from './judgement.js';
import type { Backlog } from './workload.js';

const PUBLISH_BOMB = fileURLToPath(new URL('../../fixtures/publish-bomb.mjs', import.meta.url));
const RECORDS_OF_THE_BOMB = 20;
/** A request that stays small enough for any broker, also with a hundred small records in it. */
const BYTES_PER_REQUEST = 1_000_000;

export interface Place {
  readonly kafka: KafkaAccess;
  readonly topic: string;
  readonly partitions: number;
  readonly signal: AbortSignal;
}

/** Fills the topic and says what must become of it. */
export async function publishBacklog(backlog: Backlog, place: Place): Promise<Expected> {
  const published = await publish(backlog, place);
  const written = (await place.kafka.ends(place.topic)).reduce((sum, { high }) => sum + high, 0);
  return { ...published, records: written - published.deadLetters };
}

type Published = Omit<Expected, 'records'>;

async function publish(backlog: Backlog, place: Place): Promise<Published> {
  if (backlog.kind === 'records') return publishRecords(backlog, place);
  const { kafka, topic, signal } = place;
  const parameters = [PUBLISH_BOMB, kafka.address, topic, String(backlog.codec)];
  await promisify(execFile)(process.execPath, parameters, { signal });
  const behind = await publishRecords({ count: 1, valueBytes: 1 }, place);
  return { ...behind, deadLetters: RECORDS_OF_THE_BOMB };
}

/** One partition after the other in each round, so that all of them have as many. */
async function publishRecords(
  { count, valueBytes }: { readonly count: number; readonly valueBytes: number },
  { kafka, topic, partitions, signal }: Place,
): Promise<Published> {
  const producer = kafka.kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition!,
  });
  await producer.connect();
  const text = 'x'.repeat(valueBytes);
  const each = Math.max(1, Math.floor(BYTES_PER_REQUEST / valueBytes));
  for (let from = 0; from < count; from += each) {
    signal.throwIfAborted();
    const messages = Array.from({ length: Math.min(each, count - from) }, (_, index) => {
      const id = from + index;
      return { partition: id % partitions, value: JSON.stringify({ id, text }) };
    });
    await producer.send({ topic, acks: -1, messages });
  }
  await producer.disconnect();
  return { ids: new Set(Array.from({ length: count }, (_, id) => String(id))), deadLetters: 0 };
}
