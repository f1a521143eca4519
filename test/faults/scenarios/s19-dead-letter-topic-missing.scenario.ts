import type { Scenario } from './scenario.js';

const GONE_MS = 12_000;

export const scenario: Scenario = {
  id: 'S19',
  title: 'the dead-letter topic is gone for a while',
  smoke: true,
  brokers: 1,
  members: 2,
  partitions: 6,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 20 : 30,
    recordsPerSecond: 150,
    keys: 500,
    kinds: { ok: 97, reject: 2, 'poison-truncated': 1 },
  }),
  prepare: async ({ kafka, deadLetterTopic }) => {
    await kafka.admin.deleteTopics({ topics: [deadLetterTopic] });
  },
  faults: () => [
    {
      at: GONE_MS,
      fault: {
        kind: 'act',
        what: 'make the dead-letter topic',
        act: ({ kafka, deadLetterTopic, deadLetterSettings }) =>
          kafka.createTopic(deadLetterTopic, 6, deadLetterSettings),
      },
    },
  ],
  bars: { noDuplicates: true, becomesUnready: true },
};
