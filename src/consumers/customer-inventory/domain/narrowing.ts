import type { Assembly } from './assembly.js';
import { compareMessages, type MergeMessage } from './merge-message.js';

/** What is done with messages whose event was refused. */
export interface Narrowing<Message extends MergeMessage> {
  /** To blame, since nothing else was sent with it. */
  readonly guilty: Message | undefined;
  /** What is tried instead, one part after the other, the earlier messages first. */
  readonly parts: readonly (readonly Message[])[];
}

/**
 * Halves what was carried until the offending messages stand alone. Repeats stay with the part that their time puts them
 * into, and are judged anew there: what they repeat may not have been accepted. Each part has fewer carried messages, so
 * it ends, after less than twice as many events as messages.
 */
export function narrow<Message extends MergeMessage>({
  carried,
  repeats,
}: Pick<Assembly<Message>, 'carried' | 'repeats'>): Narrowing<Message> {
  const [first] = carried;
  if (carried.length === 1) {
    return { guilty: first, parts: repeats.length === 0 ? [] : [repeats] };
  }
  const middle = carried[Math.ceil(carried.length / 2)]!;
  const all = [...carried, ...repeats].sort(compareMessages);
  const isEarlier = (message: Message): boolean => compareMessages(message, middle) < 0;
  return {
    guilty: undefined,
    parts: [all.filter(isEarlier), all.filter((message) => !isEarlier(message))],
  };
}
