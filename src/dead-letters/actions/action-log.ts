import type { RequiredTopic, TopicReaderClient, OutgoingRecord } from '../../kafka/index.js';
import type { KafkaRecord } from '../../record/index.js';
import type { DeadLetter } from '../dead-letter.js';
import { decodeAction, encodeAction, type DeadLetterAction } from './action.js';

export const ACTIONS_TOPIC: RequiredTopic = {
  topic: 'millrace.dead-letter-actions',
  settings: () => ({ 'cleanup.policy': 'compact' }),
};

/** The latest action on each dead letter, by its id. */
export type Actions = ReadonlyMap<string, DeadLetterAction>;

/**
 * What stands in the actions topic, which must exist. `written` waits for every transaction that is open in it, so that
 * nothing that is being committed is missed; `committed` does not wait. Held in memory: some 300 bytes for each action.
 */
export async function readActions(
  reader: TopicReaderClient,
  until: 'committed' | 'written',
): Promise<Map<string, DeadLetterAction>> {
  const actions = new Map<string, DeadLetterAction>();
  const { topic } = ACTIONS_TOPIC;
  for (const { partition, start, end } of await reader.bounds(topic, until)) {
    for await (const records of reader.read({ topic, partition, from: start, to: end })) {
      for (const record of records) note(record, actions);
    }
  }
  return actions;
}

function note({ key, value }: KafkaRecord, actions: Map<string, DeadLetterAction>): void {
  const action = decodeAction(value);
  if (key !== null && action !== undefined) actions.set(key.toString('utf8'), action);
}

export function actionRecord({ id }: DeadLetter, action: DeadLetterAction): OutgoingRecord {
  return {
    topic: ACTIONS_TOPIC.topic,
    key: Buffer.from(id),
    value: encodeAction(action),
    headers: [],
    timestamp: Date.parse(action.at),
  };
}
