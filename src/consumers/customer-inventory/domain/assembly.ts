import { nameOf, type Entity } from './entity.js';
import { compareMessages, type MergeMessage, type Place } from './merge-message.js';

/** What is to be sent for some messages, and what becomes of each of them once it is accepted. */
export interface Assembly<Message extends MergeMessage> {
  /** Those that bring a change, the earliest first. */
  readonly carried: readonly Message[];
  /** Those that only say again what is known, or what an earlier one of them says, but for what is overtaken of them. */
  readonly repeats: readonly Message[];
  /** Those of which nothing is to be sent: later records of their partition with the same entities were accepted. */
  readonly overtaken: readonly Message[];
  /** The latest version of each entity of the carried ones. */
  readonly versions: readonly Entity[];
  /** Versions that a later one of the same entity stands in for. */
  readonly superseded: number;
}

/** What was accepted before, as far as it is known. */
export interface Accepted {
  /** The content that was accepted last. */
  contentOf(entity: Entity): string | undefined;
  /** Whether a later record of the same partition that has the entity too has come to a good end. */
  isOvertaken(entity: Entity, place: Place): boolean;
}

/**
 * Goes through the messages in the order of time, each entity beginning with the content that was accepted last. A message
 * repeats when each of its entities is at that moment as it says; so what goes there and back again (A, B, A) is carried
 * three times, and of the three the last version is sent. A message without entities brings nothing.
 */
export function assemble<Message extends MergeMessage>(
  messages: readonly Message[],
  accepted: Accepted,
): Assembly<Message> {
  const carried: Message[] = [];
  const repeats: Message[] = [];
  const overtaken: Message[] = [];
  const versions = new Map<string, Entity>();
  let superseded = 0;
  const isSaid = (entity: Entity): boolean =>
    entity.content === (versions.get(nameOf(entity))?.content ?? accepted.contentOf(entity));
  for (const message of [...messages].sort(compareMessages)) {
    const { entities, place } = message;
    const fresh = entities.filter((entity) => !accepted.isOvertaken(entity, place));
    if (fresh.every(isSaid)) {
      (fresh.length === 0 && entities.length > 0 ? overtaken : repeats).push(message);
      continue;
    }
    carried.push(message);
    superseded += entities.length - fresh.length;
    for (const entity of fresh) {
      if (versions.has(nameOf(entity))) superseded += 1;
      versions.set(nameOf(entity), entity);
    }
  }
  return { carried, repeats, overtaken, versions: [...versions.values()], superseded };
}
