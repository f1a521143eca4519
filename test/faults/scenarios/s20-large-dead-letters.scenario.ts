import kafkajs from 'kafkajs';
import type { Scenario } from './scenario.js';

/** Less than a record, and more than it compressed with all that is said about it. */
const MAX_MESSAGE_BYTES = '16000';
const VALUE_BYTES = 40_000;

export const scenario: Scenario = {
  id: 'S20',
  title: 'dead letters are larger than their topic takes',
  brokers: 1,
  members: 2,
  partitions: 6,
  traffic: (length) => ({
    seconds: length === 'smoke' ? 15 : 30,
    recordsPerSecond: 100,
    keys: 300,
    valueBytes: VALUE_BYTES,
    kinds: { ok: 90, reject: 5, 'fail-always': 2, 'poison-truncated': 3 },
  }),
  prepare: async ({ kafka, deadLetterTopic }) => {
    const configEntries = [{ name: 'max.message.bytes', value: MAX_MESSAGE_BYTES }];
    const type = kafkajs.ConfigResourceTypes.TOPIC;
    await kafka.admin.alterConfigs({
      validateOnly: false,
      resources: [{ type, name: deadLetterTopic, configEntries }],
    });
  },
  faults: () => [],
  bars: { noDuplicates: true },
};
