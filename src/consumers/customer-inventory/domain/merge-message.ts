import type { Instant } from '../../../values/index.js';
import type { Entity } from './entity.js';

/** Where a message was first read: with the record's timestamp it is no other one's, also when a topic is made anew. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Epoch ms. */
  readonly timestamp: number;
}

/** What a message brings: entities as they were at one time. */
export interface MergeMessage {
  readonly place: Place;
  /** When its source says that this was so. */
  readonly at: Instant;
  readonly entities: readonly Entity[];
}

export function placeName({ topic, partition, offset, timestamp }: Place): string {
  return `${topic}/${partition}/${offset}/${timestamp}`;
}

/**
 * Which of two messages is the later one: by the time that they say, then by the time at which their topic took them,
 * then by their places. Two different messages are never equal, so that the order does not depend on how they arrived.
 */
export function compareMessages(left: MergeMessage, right: MergeMessage): number {
  return (
    compare(left.at.epochMicroseconds, right.at.epochMicroseconds) ||
    compare(left.place.timestamp, right.place.timestamp) ||
    compare(left.place.topic, right.place.topic) ||
    compare(left.place.partition, right.place.partition) ||
    compare(left.place.offset, right.place.offset)
  );
}

function compare<Value extends bigint | number | string>(left: Value, right: Value): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
