import { DependencyUnavailableError } from '../../../record/index.js';

/** What records wait for when it is the zone itself that stands in their way: nothing wakes them but the next attempt. */
export const RAW_ZONE = 'raw-zone';

/**
 * The zone holds another log of that name: the topic was deleted and made again. The partition waits, because to go on
 * would mix two logs, and to skip would lose one.
 */
export function anotherLog(
  place: { readonly topic: string; readonly partition: number },
  object: string,
): DependencyUnavailableError {
  const { topic, partition } = place;
  return new DependencyUnavailableError(
    RAW_ZONE,
    `${topic}-${partition} is not the log that stands in the raw zone: ${object} holds another record at the same offset. ` +
      'Was the topic made again? Move its folder away, or set RAW_ZONE_URL to another place',
    { context: { topic, partition } },
  );
}

/** An object is there and cannot be read, so nobody knows what it holds. */
export function unreadable(object: string, cause: unknown): DependencyUnavailableError {
  return new DependencyUnavailableError(
    RAW_ZONE,
    `the object ${object} cannot be read: restore it, or move it away`,
    { cause },
  );
}
