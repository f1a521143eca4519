import { defineCommand } from '../../config/index.js';
import { TopicPlanner } from '../../kafka/index.js';
import { plannedTopics, tellTopics } from './wanted-topics.js';

export const TOPICS_APPLY = defineCommand({
  name: 'topics apply',
  describes:
    'creates the missing topics; never changes one that exists (exit code 1 when one does not fit)',
  writes: true,
  run: async (call) => {
    const planned = await plannedTopics(call);
    const missing = planned.filter(({ state }) => state === 'missing');
    if (missing.length > 0) {
      const names = missing.map(({ topic }) => topic).join(', ');
      if (!(await call.confirm(`Create ${names}?`))) return 1;
      await (await call.resolve(TopicPlanner)).create(missing);
    }
    const after = missing.length > 0 ? await plannedTopics(call) : planned;
    tellTopics(call, after);
    return after.every(({ state }) => state === 'fits') ? 0 : 1;
  },
});
