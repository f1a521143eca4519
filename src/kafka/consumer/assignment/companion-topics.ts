import type { SourceOf } from './assignment-unit.js';

/**
 * The group's own topics stand beside their source: `<topic>.<group>.retry.<delay>` and `<topic>.<group>.redrive`. Who
 * has a partition of the source has the same of these, so that one member holds a key's whole story.
 */
export function companionsOf(groupId: string): SourceOf {
  const marks = [`.${groupId}.retry.`, `.${groupId}.redrive`];
  return (topic) => {
    const [retry, redrive] = marks as [string, string];
    const at = topic.indexOf(retry);
    if (at > 0) return topic.slice(0, at);
    return topic.endsWith(redrive) && topic.length > redrive.length
      ? topic.slice(0, -redrive.length)
      : topic;
  };
}
