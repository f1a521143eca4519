import { defineCommand } from '../../config/index.js';
import { plannedTopics, tellTopics } from './wanted-topics.js';

export const TOPICS_PLAN = defineCommand({
  name: 'topics plan',
  describes: 'what the consumers need: topics that fit, are missing, or do not fit (exit code 1)',
  writes: false,
  run: async (call) => {
    const planned = await plannedTopics(call);
    tellTopics(call, planned);
    return planned.every(({ state }) => state === 'fits') ? 0 : 1;
  },
});
