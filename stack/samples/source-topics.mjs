import { createTopics, withAdmin } from './kafka-connection.mjs';

const PARTITIONS = 12;
const MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

/**
 * Creates those of the topics that are missing.
 * @param {string} address
 * @param {readonly string[]} names
 */
export function createSourceTopics(address, names) {
  return withAdmin(address, async (admin) => {
    const present = new Set(await admin.listTopics());
    const missing = [...new Set(names)].filter((name) => !present.has(name));
    if (missing.length === 0) return;
    const configEntries = [{ name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES) }];
    const topics = missing.map((topic) => ({ topic, numPartitions: PARTITIONS, configEntries }));
    await createTopics(admin, topics);
  });
}
