import type { RequiredTopic } from '../../kafka/index.js';

const RETENTION_MS = 30 * 24 * 60 * 60 * 1000;
/** Room for our headers on top of the largest record of the source. */
const HEADER_ROOM_BYTES = 64 * 1024;

/** A redrive topic keeps records as long as a dead-letter topic does: its group may be switched off for a while. */
export function redriveTopic(topic: string): RequiredTopic {
  return {
    topic,
    settings: (sourceMaxMessageBytes) => ({
      'max.message.bytes': String(sourceMaxMessageBytes + HEADER_ROOM_BYTES),
      'retention.ms': String(RETENTION_MS),
    }),
  };
}
