import { parseInstant } from '../../../contracts/index.js';
import { ContractViolationError, type RecordOrigin } from '../../../record/index.js';
import { Instant } from '../../../values/index.js';
import { payloadTextsOf, type SyncMessage } from '../contract/index.js';
import type { EntityKind, MergeMessage } from '../domain/index.js';
import { contentOf } from './content.js';

const EVENT_TYPES = { customer: 'CUSTOMER', product: 'INVENTORY' } as const satisfies Record<
  EntityKind,
  SyncMessage['eventType']
>;

/** A record, besides its value. */
export interface Received {
  /** What its topic is about. */
  readonly kind: EntityKind;
  /** The bytes that the message was read from. */
  readonly json: Buffer;
  readonly origin: RecordOrigin;
}

/**
 * The wall between the producers' contract and our domain. Entities go on as they are written; errors name the field,
 * never its value.
 */
export function toMergeMessage(
  message: SyncMessage,
  { kind, json, origin }: Received,
): MergeMessage {
  if (message.eventType !== EVENT_TYPES[kind]) {
    throw new ContractViolationError(`eventType: must be ${EVENT_TYPES[kind]} on this topic`);
  }
  // A text decoder drops a byte order mark.
  const texts = payloadTextsOf(new TextDecoder().decode(json));
  const { topic, partition, offset, timestamp } = origin;
  return {
    place: { topic, partition, offset, timestamp },
    at: instantOf(message.timestamp),
    entities: message.payload.map(({ id }, index) => {
      const text = texts[index]!;
      return { kind, id, text, content: contentOf(text) };
    }),
  };
}

function instantOf(text: string): Instant {
  const microseconds = parseInstant(text);
  const instant = microseconds === undefined ? undefined : Instant.of(microseconds);
  if (instant !== undefined) return instant;
  throw new ContractViolationError('timestamp: must be a time in the years 1 to 9999');
}
