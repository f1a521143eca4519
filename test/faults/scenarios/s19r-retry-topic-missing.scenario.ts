import type { Scenario } from './scenario.js';
import { scenario as deadLetters } from './s19-dead-letter-topic-missing.scenario.js';

const GONE_MS = 12_000;

export const scenario: Scenario = {
  ...deadLetters,
  id: 'S19R',
  title: 'the retry topic is gone for a while',
  smoke: false,
  retryTopics: 1,
  environment: { EFFECTS_RETRY_TOPIC_DELAYS: '2s', EFFECTS_MAX_RETRIES: '0' },
  traffic: (length) => ({
    ...deadLetters.traffic(length),
    kinds: { ok: 95, 'fail-1': 4, reject: 1 },
  }),
  prepare: async ({ kafka, retryTopics }) => {
    await kafka.admin.deleteTopics({ topics: [...retryTopics] });
  },
  faults: () => [
    {
      at: GONE_MS,
      fault: {
        kind: 'act',
        what: 'make the retry topic',
        act: async ({ kafka, retryTopics }) => {
          for (const topic of retryTopics) await kafka.createTopic(topic, 6);
        },
      },
    },
  ],
  bars: { becomesUnready: true, settledWithinMs: 60_000 },
};
