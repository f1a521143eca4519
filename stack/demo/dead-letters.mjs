import { createHash } from 'node:crypto';
import { becomesDeadLetter } from '../samples/index.mjs';
import { committedRecords } from './committed-records.mjs';

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
  const records = await committedRecords(address, set.deadLetterTopics);
  const headerOf = ({ headers }, name) => headers[name]?.toString();
  return records
    .filter((record) => headerOf(record, 'x-dlq-consumer-group') === set.group)
    .map((record) =>
      fingerprint(headerOf(record, 'x-dlq-reason'), record.key?.toString() ?? null, record.value),
    );
}
