import type { KafkaSettings } from '../../config/index.js';
import type { RecordObserver } from '../../observability/index.js';
import type { BacklogReader } from './backlog-scan.js';
import type { RecordFlights } from './crashes/index.js';

export interface GroupConsumerOptions {
  readonly settings: KafkaSettings;
  readonly observer: RecordObserver;
  /** Where a crash journal is kept. */
  readonly flights?: RecordFlights | undefined;
  /** What the group still lacks before it may start, in words. Asked before each start. */
  readonly unmet: () => Promise<string | undefined>;
  readonly offsets: (
    topic: string,
  ) => Promise<readonly { partition: number; start: number; end: number }[]>;
  /** The group's committed offsets of a topic, read without being a member. */
  readonly committed: (topic: string) => Promise<readonly { partition: number; offset: number }[]>;
  /** The names of all topics. */
  readonly existing: () => Promise<readonly string[]>;
  /** A way to read topics past the group. */
  readonly openReader: () => BacklogReader;
}
