/** Every event that is logged about records and their offsets, by its name in the field `event`. */
export const LOG_EVENTS = {
  /** debug: a record is settled, any way but as a dead letter. */
  recordSettled: 'record-settled',
  /** warn: an attempt failed, or a wait for a dependency began. */
  attemptFailed: 'attempt-failed',
  /** warn where the record is at fault, error where this service or its surroundings are. */
  deadLettered: 'record-dead-lettered',
  /** warn: a handler has not ended although its deadline and the grace after it have passed; once for each attempt. */
  handlerOverdue: 'handler-overdue',
  /** error: offsets that the group will never read; warn when KAFKA_AUTO_OFFSET_RESET=latest asked for it. */
  offsetsSkipped: 'offsets-skipped',
  /** error: the log of a partition starts anew. */
  logReset: 'log-reset',
  /** warn, then info: a record keeps its partition from going on, and no longer does; once for each. */
  headBlocked: 'head-blocked',
  headUnblocked: 'head-unblocked',
  /** error, then info: a handler failed so often in a row that its consumer starts no new records; and goes on. */
  breakerOpened: 'breaker-opened',
  breakerClosed: 'breaker-closed',
} as const;

export type LogEvent = (typeof LOG_EVENTS)[keyof typeof LOG_EVENTS];

/** Every field of the events about offsets. */
export interface OffsetLogFields {
  readonly event: LogEvent;
  readonly topic: string;
  readonly partition: number;
  readonly consumer: string;
  readonly group: string;
  /** The first offset that is skipped, or the first of the new log. */
  readonly from: number;
  /** The offset at which reading goes on. */
  readonly to?: number;
  readonly count?: number;
  readonly cause?: string;
  /** The position that the old log had reached. */
  readonly expected?: number;
}

/** Every field of the events about records. None holds a key, a value or a header of a record, but for the correlation id. */
export interface LogFields {
  readonly event: LogEvent;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The first source's place, where the record came by a retry or redrive topic. */
  readonly origin?: string;
  /** The first 8 hex digits of the SHA-256 of the key: the same key can be followed, not read. */
  readonly keyHash?: string;
  readonly attempt: number;
  readonly correlationId?: string;
  readonly consumer: string;
  readonly group: string;
  readonly handler: string;
  readonly outcome?: string;
  /** Why it was skipped or became a dead letter. */
  readonly reason?: string;
  readonly deadLetterTopic?: string;
  readonly retryTopic?: string;
  /** What is done about a failed attempt. */
  readonly action?: string;
  readonly errorClass?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly milliseconds?: number;
  /** So many of the same were not logged since the last one. */
  readonly suppressed?: number;
}
