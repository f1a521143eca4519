import type { Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S30',
  title: 'compaction removes records while they are in flight',
  smoke: true,
  brokers: 1,
  members: 2,
  partitions: 3,
  topicSettings: {
    'cleanup.policy': 'compact',
    'segment.ms': '1000',
    'min.cleanable.dirty.ratio': '0.01',
    'max.compaction.lag.ms': '1000',
  },
  environment: { FAULTS_WORK_MS: '100', EFFECTS_CONCURRENCY: '8' },
  traffic: (length) => ({
    seconds: length === 'smoke' ? 16 : 30,
    recordsPerSecond: length === 'smoke' ? 100 : 200,
    keys: 20,
    kinds: { ok: 1 },
  }),
  faults: () => [],
  bars: {
    logDropsRecords: true,
    also: async ({ kafka, topic }) => {
      const ends = await kafka.ends(topic);
      let left = 0;
      await kafka.scan(topic, () => (left += 1));
      const written = ends.reduce((sum, { high }) => sum + high, 0);
      return left < written ? undefined : 'nothing was compacted';
    },
  },
};
