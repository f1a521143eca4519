import type { CommandCall } from '../../config/index.js';
import { ACTIONS_TOPIC, redriveTopic, redriveTopicOf } from '../../dead-letters/index.js';
import { TopicPlanner, type PlannedTopic } from '../../kafka/index.js';

/** Every topic that the enabled consumers and the operator's commands need, compared with what exists. */
export async function plannedTopics(call: CommandCall): Promise<PlannedTopic[]> {
  const planner = await call.resolve(TopicPlanner);
  const handlers = await call.handlers();
  return planner.plan([
    ...planner.topicsOf(handlers),
    ...handlers.map(({ topic, groupId }) => ({
      required: redriveTopic(redriveTopicOf(topic, groupId)),
      source: topic,
    })),
    { required: ACTIONS_TOPIC },
  ]);
}

export function tellTopics({ output }: CommandCall, planned: readonly PlannedTopic[]): void {
  if (output.isJson) {
    output.json(planned.map(({ topic, state, faults }) => ({ topic, state, faults })));
    return;
  }
  output.table(
    ['topic', 'state', 'what does not fit'],
    planned.map(({ topic, state, faults }) => [topic, state, faults.join('; ')]),
  );
}
