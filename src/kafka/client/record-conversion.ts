import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import type { KafkaRecord, OutgoingRecord, RecordHeader } from '../../record/index.js';
import type { WireMessage } from './wire/index.js';

/** A fetched message as our record. */
export function toKafkaRecord(
  topic: string,
  partition: number,
  message: WireMessage | KafkaMessage,
): KafkaRecord {
  // Message sets from before Kafka 0.11 are decoded by kafkajs; they have no headers.
  const { headerList, unreadable } = message as Partial<WireMessage>;
  const record = {
    topic,
    partition,
    offset: Number(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: headerList ?? [],
  };
  return unreadable === undefined ? record : { ...record, unreadable };
}

export function toMessage(record: OutgoingRecord): Message {
  const message: Message = {
    key: record.key,
    value: record.value,
    timestamp: String(record.timestamp),
    headers: encodableHeaders(record.headers),
  };
  if (record.partition !== undefined) message.partition = record.partition;
  // kafkajs hands the message to the partitioner as it is, and looks at nothing else of it.
  if (record.keepsPartition === true) Object.assign(message, { keepsPartition: true });
  return message;
}

/**
 * kafkajs takes headers as an object, which loses the order and the repetition of names, and fails on null values. Its
 * encoder turns each array of values into a list by calling `map` on it: an array whose `map` answers the finished list
 * passes names and values through as they are. A test fails when kafkajs's source no longer does that.
 */
function encodableHeaders(headers: readonly RecordHeader[]): IHeaders {
  if (headers.length === 0) return {};
  const list: string[] = [];
  Object.defineProperty(list, 'map', {
    value: () => headers.map(([key, value]) => (value === null ? nullHeader(key) : { key, value })),
  });
  return { all: list };
}

/** The encoder measures a value before it asks whether the value is null: the first answer is empty, the rest null. */
function nullHeader(key: string): { key: string; value: string | null } {
  let measured = false;
  return {
    key,
    get value() {
      if (measured) return null;
      measured = true;
      return '';
    },
  };
}
