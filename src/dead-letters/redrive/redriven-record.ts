import { CONSUMER_HEADERS, DEAD_LETTER_HEADERS } from '../../failures/index.js';
import type { OutgoingRecord } from '../../kafka/index.js';
import type { RecordHeader } from '../../record/index.js';
import type { DeadLetter } from '../dead-letter.js';
import { headersActedOn } from '../dialects/index.js';

/** What a redriven record carries. Believed only on the topics that we own. */
export const REDRIVE_HEADERS = {
  /** The first source's place: who applied the record knows it again by this. */
  originalTopic: 'x-retry-original-topic',
  originalPartition: 'x-retry-original-partition',
  originalOffset: 'x-retry-original-offset',
  originalTimestamp: 'x-retry-original-timestamp',
  redriveId: 'x-redrive-id',
  redriveCount: DEAD_LETTER_HEADERS.redriveCount,
} as const;

/** The headers of earlier retries: a redriven record begins anew, with all its attempts. */
const EARLIER_RETRIES = [
  'x-retry-attempt',
  'x-retry-delays-used',
  'x-retry-not-before',
  'x-retry-first-failed-at',
];

const OURS: ReadonlySet<string> = new Set([
  ...Object.values(DEAD_LETTER_HEADERS),
  ...Object.values(REDRIVE_HEADERS),
  ...EARLIER_RETRIES,
]);

const BEHIND_OURS: ReadonlySet<string> = new Set(Object.values(CONSUMER_HEADERS));

export interface RedriveOf {
  readonly target: string;
  readonly redriveId: string;
  readonly atMs: number;
  /** Instead of the dead letter's own value. */
  readonly value?: Buffer;
}

/**
 * The record that a dead letter came from: key, value and its own headers byte for byte, in order. Our diagnostics are
 * gone; in their place stands where it came from and how often it was redriven. Of a foreign dead letter the diagnostics
 * stay, but not what its library would act on: it begins anew there, too.
 */
export function redrivenRecord(letter: DeadLetter, redrive: RedriveOf): OutgoingRecord {
  const { record, originalPartition } = letter;
  const actedOn = headersActedOn(letter);
  const ours = Object.entries({
    [REDRIVE_HEADERS.originalTopic]: letter.originalTopic,
    [REDRIVE_HEADERS.originalPartition]: letter.originalPartition,
    [REDRIVE_HEADERS.originalOffset]: letter.originalOffset,
    [REDRIVE_HEADERS.originalTimestamp]: letter.originalTimestamp,
    [REDRIVE_HEADERS.redriveId]: redrive.redriveId,
    [REDRIVE_HEADERS.redriveCount]: letter.redriveCount + 1,
  });
  return {
    topic: redrive.target,
    // One member owns partition n of the source and of its redrive topic; a key's records stay together.
    ...(originalPartition === undefined ? {} : { partition: originalPartition }),
    key: record.key,
    value: redrive.value ?? record.value,
    headers: [
      ...withoutConsumerHeaders(record.headers).filter(
        ([name]) => !OURS.has(name) && !actedOn.includes(name),
      ),
      ...ours.flatMap(([name, value]): RecordHeader[] =>
        value === undefined ? [] : [[name, Buffer.from(String(value))]],
      ),
    ],
    timestamp: redrive.atMs,
  };
}

/** Those that stand behind the first of ours are ours; in front of it they are the record's own. */
function withoutConsumerHeaders(headers: readonly RecordHeader[]): readonly RecordHeader[] {
  const begin = headers.findIndex(([name]) => name === DEAD_LETTER_HEADERS.reason);
  if (begin < 0) return headers;
  return headers.filter(([name], index) => index < begin || !BEHIND_OURS.has(name));
}

/** The topic that the failing group alone reads. Only our own dead letters say whose they are beyond doubt. */
export function redriveTopicOf(topic: string, group: string): string {
  return `${topic}.${group}.redrive`;
}
