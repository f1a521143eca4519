import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 10_000;

/**
 * A kafkajs client. Not imported at the top: node_modules may be missing when this file is read.
 * @param {string} address
 */
export async function connectionTo(address) {
  const { default: kafkajs } = await import('kafkajs');
  const { Kafka, logLevel, Partitioners } = kafkajs;
  const kafka = new Kafka({
    clientId: 'millrace-stack',
    brokers: [address],
    logLevel: logLevel.NOTHING,
    retry: { retries: 8 },
  });
  return { kafka, createPartitioner: Partitioners.DefaultPartitioner };
}

/**
 * @template T
 * @param {string} address
 * @param {(admin: import('kafkajs').Admin) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withAdmin(address, work) {
  const { kafka } = await connectionTo(address);
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/**
 * Creates topics and waits until the broker has heard of them: kafkajs's own waiting takes a broker that has not yet for a
 * refusal.
 * @param {import('kafkajs').Admin} admin
 * @param {import('kafkajs').ITopicConfig[]} topics
 */
export async function createTopics(admin, topics) {
  await admin.createTopics({ waitForLeaders: false, topics });
  const names = topics.map(({ topic }) => topic);
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const present = new Set(await admin.listTopics());
    if (names.every((name) => present.has(name))) return;
    if (performance.now() > deadline) throw new Error(`not created: ${names.join(', ')}`);
    await sleep(50);
  }
}
