import { connectionTo, createTopics, withAdmin } from '../stack/samples/kafka-connection.mjs';
import { StackError } from '../stack/project.mjs';
import { RecordPlan } from './records.mjs';
import { sendingOrder } from './repeats.mjs';

const RECORDS_PER_REQUEST = 2_400;

/** The topic of that many records; arms that finish equally many, with as many repeats, share it. */
export const topicOf = (partitions, total, repeatRate = 0) =>
  `bench-${partitions}p-${total}${repeatRate === 0 ? '' : `-${repeatRate}`}`;

/**
 * Fills a topic, uncompressed, in batches of a few hundred records as a busy producer writes them. Ids rise within each
 * partition.
 * @param {string} address
 * @param {{ partitions: number, total: number, repeatRate?: number, signal: AbortSignal }} options
 */
export async function preload(address, { partitions, total, repeatRate = 0, signal }) {
  const topic = topicOf(partitions, total, repeatRate);
  await createTopic(address, topic, partitions);
  const plan = new RecordPlan(total);
  const order = sendingOrder(total, repeatRate);
  await withProducer(address, async (producer) => {
    for (let from = 0; from < order.length; from += RECORDS_PER_REQUEST) {
      signal.throwIfAborted();
      const ids = order.slice(from, from + RECORDS_PER_REQUEST);
      const messages = ids.map((id) => plan.message(id, partitions));
      await producer.send({ topic, acks: -1, messages });
    }
  });
  await withAdmin(address, (admin) => checkCount(admin, topic, order.length));
}

export function createTopic(address, topic, partitions) {
  return withAdmin(address, (admin) => createTopics(admin, [{ topic, numPartitions: partitions }]));
}

/** A producer that leaves partitions to the message, while `work` runs. */
export async function withProducer(address, work) {
  const { kafka } = await connectionTo(address);
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    // A request repeated on a busy machine must not leave its records twice.
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition,
  });
  await producer.connect();
  try {
    return await work(producer);
  } finally {
    await producer.disconnect();
  }
}

async function checkCount(admin, topic, total) {
  const ends = await admin.fetchTopicOffsets(topic);
  const held = ends.reduce((sum, { high }) => sum + Number(high), 0);
  if (held !== total) throw new StackError(`${topic} holds ${held} records instead of ${total}`);
}
