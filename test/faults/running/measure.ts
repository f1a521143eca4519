import type { HistoryEvent } from '../checker/history.js';
import type { Happened } from '../driver/driver.js';
import type { Member } from './member.js';
import type { Account } from './observations.js';

/**
 * From each fault to the next effect of the slowest partition: after a kill or a stop of a member from the fault itself,
 * otherwise from its healing. Faults after `lastRecordAt` tell nothing, for there may be nothing left to do.
 */
export function recoveries(
  sources: readonly Iterable<HistoryEvent>[],
  happened: readonly Happened[],
  lastRecordAt: number,
): number[] {
  const ends = endTimes(sources);
  return happened.flatMap(({ fault, at, healedAt }) => {
    const from = fault.kind === 'kill' || fault.kind === 'pause' ? at : healedAt;
    if (from > lastRecordAt - 1_000) return [];
    const waits = ends.flatMap((times) => {
      const next = firstAtLeast(times, from);
      return next === undefined ? [] : [next - from];
    });
    return waits.length === 0 ? [] : [Math.max(...waits)];
  });
}

function endTimes(sources: readonly Iterable<HistoryEvent>[]): number[][] {
  const ends: number[][] = [];
  for (const source of sources) {
    for (const event of source) {
      if (event.kind === 'end') (ends[event.partition] ??= []).push(event.at);
    }
  }
  return ends.filter((times) => times !== undefined).map((times) => times.sort((a, b) => a - b));
}

function firstAtLeast(sorted: readonly number[], least: number): number | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return sorted[low];
}

interface HealthReport {
  readonly details: Readonly<Record<string, { readonly records?: Record<string, number> }>>;
}

/** What each living member counts for its consumer. */
export async function accountsOf(members: readonly Member[], consumer: string): Promise<Account[]> {
  return Promise.all(
    members.map(async ({ url, pid }) => {
      const report = (await (await fetch(`${url}/health`)).json()) as HealthReport;
      return { member: pid, counts: report.details[`consumer.${consumer}`]?.records ?? {} };
    }),
  );
}
