import { DEFAULT_REDRIVE_LIMIT, type CommandCall } from '../../config/index.js';
import type { RedriveRules } from '../../dead-letters/index.js';
import { FailureTopics } from '../../failures/index.js';

/** What each consumer's settings say about redriving. */
export async function redriveRules(call: CommandCall): Promise<readonly RedriveRules[]> {
  return (await call.handlers()).map(({ consumer, topic, groupId }) => ({
    topic,
    groupId,
    redriveLimit: call.settings.consumers.get(consumer)?.redriveLimit ?? DEFAULT_REDRIVE_LIMIT,
  }));
}

/** The dead-letter topics of the consumers as they are configured. */
export async function configuredDeadLetterTopics(call: CommandCall): Promise<string[]> {
  const topics = await call.resolve(FailureTopics);
  return (await call.handlers()).map((handler) => topics.deadLetterTopicOf(handler));
}
