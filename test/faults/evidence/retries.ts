import type { Moved, Told } from '../checker/history.js';
import { COMMIT_TOPIC, decodeCommit } from '../cluster/commit-log.js';
import type { World } from '../running/world.js';

/** The broker stamps commits with the wall clock, in whole milliseconds. */
const CLOCK_TOLERANCE_MS = 5;

interface Retried {
  readonly at: number;
  readonly partition: number;
  readonly offset: number;
  readonly origin: { readonly partition: number; readonly offset: number };
}

/**
 * What stands in the retry topics, by the places that it first came from: when it came there, and when a commit had told
 * of its last copy.
 */
export async function readRetries(world: World, shift: number): Promise<(Moved | Told)[]> {
  const events: (Moved | Told)[] = [];
  for (const topic of world.retryTopics) {
    const retried = await readTopic(world, topic, shift);
    events.push(...retried.map(({ at, origin }) => ({ kind: 'moved' as const, at, ...origin })));
    if (topic === world.retryTopics.at(-1))
      events.push(...(await tellings(world, { topic, shift }, retried)));
  }
  return events.sort((left, right) => left.at - right.at);
}

async function readTopic({ kafka }: World, topic: string, shift: number): Promise<Retried[]> {
  const retried: Retried[] = [];
  await kafka.scan(topic, (partition, { headers, offset, timestamp }) => {
    const number = (name: string): number => Number(headers?.[`x-retry-original-${name}`]);
    const origin = { partition: number('partition'), offset: number('offset') };
    // Stamped by its publisher before it was sent: never later than the commit that follows.
    retried.push({ at: Number(timestamp) + shift - 1, partition, offset: Number(offset), origin });
  });
  return retried;
}

/** By the commits' own times; what a commit says of records above it is left out. */
async function tellings(
  { kafka, group }: World,
  { topic, shift }: { topic: string; shift: number },
  retried: readonly Retried[],
): Promise<Told[]> {
  const last = new Map(
    retried.map((one) => [`${one.origin.partition} ${one.origin.offset}`, one] as const),
  );
  let waiting = [...last.values()];
  const told: Told[] = [];
  await kafka.scan(COMMIT_TOPIC, (_, message) => {
    const commit = decodeCommit(message);
    if (commit === undefined || commit.group !== group || commit.topic !== topic) return;
    const isTold = ({ partition, offset }: Retried): boolean =>
      partition === commit.partition && offset < commit.offset;
    const at = commit.timestamp + shift + CLOCK_TOLERANCE_MS;
    for (const { origin } of waiting.filter(isTold)) told.push({ kind: 'told', at, ...origin });
    waiting = waiting.filter((one) => !isTold(one));
  });
  return told;
}
