import { MIXED_KINDS, type Scenario } from './scenario.js';

export const scenario: Scenario = {
  id: 'S08',
  title: 'partitions are added under load',
  smoke: true,
  brokers: 1,
  members: 2,
  partitions: 6,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 30 : 45,
    recordsPerSecond: length === 'smoke' ? 200 : 400,
    keys: 500,
    kinds: MIXED_KINDS,
  }),
  faults: () => [
    {
      at: 5_000,
      fault: {
        kind: 'act',
        what: '6 partitions more',
        act: async ({ kafka, topic }) => {
          await kafka.admin.createPartitions({ topicPartitions: [{ topic, count: 12 }] });
        },
      },
    },
  ],
  bars: {
    noDuplicates: true,
    also: async ({ kafka, topic }) => {
      const unused = (await kafka.ends(topic)).filter(({ high }) => high === 0);
      return unused.length === 0 ? undefined : `${unused.length} partitions were never written to`;
    },
  },
};
