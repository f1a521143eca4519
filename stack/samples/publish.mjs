import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectionTo } from './kafka-connection.mjs';

const LARGE_BYTES = 256 * 1024;

/**
 * Publishes every sample, each topic's in the order of its files.
 * @param {string} address
 * @param {readonly import('./sample-sets.mjs').SampleSet[]} sets
 */
export async function publishSamples(address, sets) {
  const { kafka, createPartitioner } = await connectionTo(address);
  const producer = kafka.producer({ createPartitioner, allowAutoTopicCreation: false });
  await producer.connect();
  try {
    const published = sets.filter(({ isPublished }) => isPublished);
    for (const batch of batchesOf(published.flatMap((set) => set.samples))) {
      await producer.send({ topic: batch[0].topic, acks: -1, messages: batch.map(messageOf) });
    }
  } finally {
    await producer.disconnect();
  }
}

/**
 * Publishes the samples when this data folder has not had them yet. Returns whether it did. Killed between the two
 * steps, it publishes them again; their identities then make them duplicates.
 */
export async function publishSamplesOnce(address, sets, dataFolder) {
  const marker = join(dataFolder, 'samples-published');
  if (existsSync(marker)) return false;
  await publishSamples(address, sets);
  writeFileSync(marker, `${new Date().toISOString()}\n`);
  return true;
}

const messageOf = ({ key, value, headers }) => ({ key, value, headers });

/** Neighbours of one topic travel together; a large one travels alone, so that no request outgrows the topic's limit. */
function batchesOf(samples) {
  const batches = [];
  for (const sample of samples) {
    const last = batches.at(-1);
    const joins = last?.[0].topic === sample.topic && !isLarge(sample) && !isLarge(last.at(-1));
    if (joins) last.push(sample);
    else batches.push([sample]);
  }
  return batches;
}

const isLarge = ({ value, headers }) =>
  (value?.length ?? 0) > LARGE_BYTES || Object.keys(headers).length > 1000;
