import { randomUUID } from 'node:crypto';
import { connectionTo, withAdmin } from '../samples/index.mjs';
import { waitUntil } from '../system/wait-until.mjs';

/**
 * Every committed record that the topics hold now; those that do not exist hold none. Records that were aborted and the
 * marks of transactions take offsets too, so what counts is how far was read, and not how much.
 * @param {string} address
 * @param {readonly string[]} names
 * @returns {Promise<import('kafkajs').KafkaMessage[]>}
 */
export async function committedRecords(address, names) {
  const ends = await withAdmin(address, (admin) => endsOf(admin, new Set(names)));
  if (ends.size === 0) return [];
  const { kafka } = await connectionTo(address);
  const consumer = kafka.consumer({
    groupId: `millrace-demo-${randomUUID()}`,
    maxWaitTimeInMs: 100,
  });
  const found = [];
  const reached = new Map();
  for (const event of [consumer.events.START_BATCH_PROCESS, consumer.events.END_BATCH_PROCESS]) {
    consumer.on(event, ({ type, payload: { topic, partition, batchSize, lastOffset } }) => {
      // At the start of a batch only an empty one is behind us: the marks of transactions.
      const isRead = type === consumer.events.END_BATCH_PROCESS || batchSize === 0;
      if (isRead) reached.set(`${topic} ${partition}`, Number(lastOffset) + 1);
    });
  }
  await consumer.connect();
  try {
    const topics = [...new Set([...ends.values()].map(({ topic }) => topic))];
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message }) => {
        found.push(message);
      },
    });
    const isReached = () => [...ends].every(([name, { end }]) => (reached.get(name) ?? 0) >= end);
    await waitUntil(isReached, { what: `all of ${topics.join(', ')} to be read` });
    return found;
  } finally {
    await consumer.disconnect();
  }
}

/** The end of each partition that is not empty. */
async function endsOf(admin, wanted) {
  const ends = new Map();
  for (const topic of (await admin.listTopics()).filter((name) => wanted.has(name))) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      if (Number(high) > Number(low))
        ends.set(`${topic} ${partition}`, { topic, end: Number(high) });
    }
  }
  return ends;
}
