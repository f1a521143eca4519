import type { HistoryEvent } from '../checker/history.js';

/** A record and when it came into the log. */
export interface Arrival {
  readonly partition: number;
  readonly offset: number;
  readonly arrivedAt: number;
}

interface Waiting {
  readonly arrivedAt: number;
  startedAt: number;
}

/**
 * The longest time, up to `until`, in which a partition had a record waiting and no record of it was started. Records that
 * no handler ever sees are left out: they wait for nobody.
 */
export function longestPause(
  arrivals: Iterable<Arrival>,
  sources: readonly Iterable<HistoryEvent>[],
  until: number,
): number {
  const partitions = startsByPartition(arrivals, sources);
  return Math.max(0, ...partitions.map((records) => longestOf(records, until)));
}

function startsByPartition(
  arrivals: Iterable<Arrival>,
  sources: readonly Iterable<HistoryEvent>[],
): Waiting[][] {
  const partitions = new Map<number, Map<number, Waiting>>();
  for (const { partition, offset, arrivedAt } of arrivals) {
    if (!partitions.has(partition)) partitions.set(partition, new Map());
    partitions.get(partition)!.set(offset, { arrivedAt, startedAt: Infinity });
  }
  for (const source of sources) {
    for (const event of source) {
      if (event.kind !== 'start') continue;
      const record = partitions.get(event.partition)?.get(event.offset);
      if (record !== undefined) record.startedAt = Math.min(record.startedAt, event.at);
    }
  }
  return [...partitions.values()].map((records) =>
    [...records.values()]
      .filter(({ startedAt }) => startedAt < Infinity)
      .sort((left, right) => left.startedAt - right.startedAt),
  );
}

function longestOf(records: readonly Waiting[], until: number): number {
  let longest = 0;
  let oldestWaiting = Infinity;
  // From the last start to the first: what starts later is what waits now.
  for (let index = records.length - 1; index >= 0; index -= 1) {
    const { arrivedAt, startedAt } = records[index]!;
    oldestWaiting = Math.min(oldestWaiting, arrivedAt);
    const since = Math.max(records[index - 1]?.startedAt ?? -Infinity, oldestWaiting);
    longest = Math.max(longest, Math.min(startedAt, until) - since);
  }
  return longest;
}

/** When nobody was left who was not asked to end, after the first had begun; infinite when somebody always was. */
export function servedUntil(
  members: readonly { readonly startedAt: number; readonly leftAt: number }[],
): number {
  const byStart = [...members].sort((left, right) => left.startedAt - right.startedAt);
  let until = byStart[0]?.leftAt ?? Infinity;
  for (const { startedAt, leftAt } of byStart) {
    if (startedAt <= until) until = Math.max(until, leftAt);
  }
  return until;
}
