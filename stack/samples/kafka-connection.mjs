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
