import type { OutcomeKind } from '../../record/index.js';

/** Counts since the start of the process. received = all outcomes + abandoned + inFlight + buffered + waiting. */
export interface RecordCounts {
  received: number;
  done: number;
  duplicate: number;
  skipped: number;
  retried: number;
  deadLettered: number;
  /** Given back unsettled, at a rebalance or a stop; they come again. */
  abandoned: number;
  /** Ends of handlers that had been given up; their records are counted by what became of them. */
  lateResults: number;
  /** Settled by an earlier owner ahead of the commit that was begun at: passed over, and not among the received. */
  alreadySettled: number;
  /** Offsets that were passed over unread: gone from the log, or skipped by KAFKA_AUTO_OFFSET_RESET=latest. */
  skippedOffsets: number;
  /** Partitions whose log started anew. */
  logResets: number;
}

export function noRecords(): RecordCounts {
  return {
    received: 0,
    done: 0,
    duplicate: 0,
    skipped: 0,
    retried: 0,
    deadLettered: 0,
    abandoned: 0,
    lateResults: 0,
    alreadySettled: 0,
    skippedOffsets: 0,
    logResets: 0,
  };
}

export function sumOf(all: readonly Readonly<RecordCounts>[]): RecordCounts {
  const sum = noRecords();
  for (const counts of all) {
    for (const name of Object.keys(sum) as (keyof RecordCounts)[]) sum[name] += counts[name];
  }
  return sum;
}

/** The counter of each outcome. */
export const COUNTER_OF: Readonly<Record<OutcomeKind, keyof RecordCounts>> = {
  done: 'done',
  duplicate: 'duplicate',
  skipped: 'skipped',
  retried: 'retried',
  'dead-lettered': 'deadLettered',
};
