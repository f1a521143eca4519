import { randomUUID } from 'node:crypto';
import { connectionTo, withAdmin } from '../stack/samples/kafka-connection.mjs';

/**
 * The ids of the records that stand in a dead-letter topic; none when there is no such topic.
 * @param {string} address
 * @param {string} topic
 * @returns {Promise<number[]>}
 */
export async function deadLettersOf(address, topic) {
  const open = await withAdmin(address, (admin) => filledPartitions(admin, topic));
  if (open.size === 0) return [];
  const ids = [];
  const { kafka } = await connectionTo(address);
  const consumer = kafka.consumer({ groupId: `bench-${randomUUID()}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      const eachMessage = async ({ partition, message }) => {
        ids.push(Number(message.headers['event-id']));
        if (Number(message.offset) + 1 >= open.get(partition)) open.delete(partition);
        if (open.size === 0) resolve();
      };
      consumer.run({ autoCommit: false, eachMessage }).catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return ids;
}

/** The ends of the partitions that hold something. */
async function filledPartitions(admin, topic) {
  if (!(await admin.listTopics()).includes(topic)) return new Map();
  const offsets = await admin.fetchTopicOffsets(topic);
  const ends = offsets.map(({ partition, high }) => [partition, Number(high)]);
  return new Map(ends.filter(([, end]) => end > 0));
}
