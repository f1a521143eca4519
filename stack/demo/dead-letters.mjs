import { createHash, randomUUID } from 'node:crypto';
import { becomesDeadLetter, connectionTo, withAdmin } from '../samples/index.mjs';
import { waitUntil } from '../system/wait-until.mjs';

/**
 * Compares a consumer's dead letters with the samples that had to become some: reason, key and value, byte for byte.
 * Returns a line for each difference.
 * @param {string} address
 * @param {import('../samples/sample-sets.mjs').SampleSet} set
 * @returns {Promise<string[]>}
 */
export async function deadLetterDifferences(address, set) {
  const expected = set.samples
    .filter(becomesDeadLetter)
    .map(({ class: reason, why, key, value }) => ({ why, print: fingerprint(reason, key, value) }));
  const found = await readDeadLetters(address, set);
  const missing = expected.filter(({ print }) => !take(found, print));
  return [
    ...missing.map(({ why, print }) => `no dead letter for: ${why} (${print})`),
    ...found.map((print) => `not expected: ${print}`),
  ];
}

function take(prints, print) {
  const index = prints.indexOf(print);
  if (index >= 0) prints.splice(index, 1);
  return index >= 0;
}

/** Names the value by its hash: differences are told without payloads. */
function fingerprint(reason, key, value) {
  const bytes =
    value === null ? 'tombstone' : createHash('sha256').update(value).digest('hex').slice(0, 12);
  return `reason ${reason}, key ${key}, value ${bytes}`;
}

async function readDeadLetters(address, set) {
  const topics = [...new Set(set.deadLetterTopics)];
  const present = await withAdmin(address, (admin) => presentRecords(admin, topics));
  const total = present.reduce((sum, { records }) => sum + records, 0);
  if (total === 0) return [];
  const { kafka } = await connectionTo(address);
  const consumer = kafka.consumer({ groupId: `millrace-demo-${randomUUID()}` });
  const prints = [];
  let read = 0;
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: present.map(({ topic }) => topic), fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        const header = (name) => message.headers[name]?.toString();
        if (header('x-dlq-consumer-group') === set.group) {
          prints.push(
            fingerprint(header('x-dlq-reason'), message.key?.toString() ?? null, message.value),
          );
        }
        read += 1;
      },
    });
    await waitUntil(() => read >= total, { what: `${total} dead letters to be read` });
    return prints;
  } finally {
    await consumer.disconnect();
  }
}

/** How many records each of the topics holds; topics that do not exist hold none. */
async function presentRecords(admin, topics) {
  const existing = await admin.listTopics();
  const counted = topics
    .filter((topic) => existing.includes(topic))
    .map(async (topic) => {
      const offsets = await admin.fetchTopicOffsets(topic);
      return {
        topic,
        records: offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0),
      };
    });
  return (await Promise.all(counted)).filter(({ records }) => records > 0);
}
