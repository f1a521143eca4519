import type { Admin, ITopicConfig } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';

type Brokers = Pick<Admin, 'createTopics' | 'fetchTopicMetadata'>;

interface Patience {
  readonly pollMs?: number;
  readonly withinMs?: number;
}

const NOT_YET: ReadonlySet<unknown> = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
]);

/**
 * Creates topics and resolves when every partition has a leader; one that exists already is left as it is. A broker
 * hears of a new topic from the controller, a moment after it was created: kafkajs's own waiting takes a broker that has
 * not heard yet for a refusal.
 */
export async function createTopics(
  brokers: Brokers,
  topics: ITopicConfig[],
  { pollMs = 50, withinMs = 10_000 }: Patience = {},
): Promise<void> {
  await brokers.createTopics({ waitForLeaders: false, topics });
  const names = topics.map(({ topic }) => topic);
  const deadline = performance.now() + withinMs;
  for (;;) {
    const missing = await findMissing(brokers, names);
    if (missing === undefined) return;
    if (performance.now() > deadline) throw missing;
    await sleep(pollMs);
  }
}

/** What stands against the topics' being there; undefined when nothing does. */
async function findMissing(brokers: Brokers, names: string[]): Promise<Error | undefined> {
  try {
    const { topics } = await brokers.fetchTopicMetadata({ topics: names });
    const isLed = topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
    return isLed ? undefined : new Error(`no leader yet for a partition of ${names.join(', ')}`);
  } catch (error) {
    if (NOT_YET.has((error as { type?: unknown }).type)) return error as Error;
    throw error;
  }
}
