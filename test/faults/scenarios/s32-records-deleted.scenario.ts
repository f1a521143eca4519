import type { World } from '../running/world.js';
import type { Scenario } from './scenario.js';

/** Everything that stands in the topic, read or not, goes away. */
async function deleteAll({ kafka, topic }: World): Promise<void> {
  const ends = await kafka.ends(topic);
  await kafka.admin.deleteTopicRecords({
    topic,
    partitions: ends.map(({ partition, high }) => ({ partition, offset: String(high) })),
  });
}

export const scenario: Scenario = {
  id: 'S32',
  title: 'records are deleted before they are read',
  smoke: true,
  brokers: 1,
  members: 2,
  partitions: 6,
  environment: { FAULTS_WORK_MS: '400', EFFECTS_CONCURRENCY: '16' },
  traffic: () => ({ seconds: 20, recordsPerSecond: 150, keys: 2_000, kinds: { ok: 1 } }),
  // More comes than two members can handle, so that there is always something that was not read.
  faults: () => [
    { at: 8_000, fault: { kind: 'act', what: 'delete what is there', act: deleteAll } },
    { at: 14_000, fault: { kind: 'act', what: 'delete what is there', act: deleteAll } },
  ],
  bars: { noDuplicates: true, logDropsRecords: true },
};
