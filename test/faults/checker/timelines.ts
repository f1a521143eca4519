import type { Commit, History, HistoryEvent } from './history.js';
import { inOrder } from './merge.js';
import type { Finding } from './verdict.js';

const LONGEST = 40;

/** Reads the history once more for what happened at the places that were found, and what their partitions committed. */
export function addTimelines(findings: readonly Finding[], history: History): void {
  const places = new Map<string, HistoryEvent[]>();
  const commits = new Map<number, Commit[]>();
  for (const { partition, offset } of findings) {
    if (partition === undefined || offset === undefined) continue;
    places.set(`${partition} ${offset}`, []);
    commits.set(partition, []);
  }
  if (places.size === 0) return;
  for (const event of inOrder([...history.sources])) {
    if (event.kind === 'commit') commits.get(event.partition)?.push(event);
    else if ('offset' in event) places.get(`${event.partition} ${event.offset}`)?.push(event);
  }
  for (const finding of findings) {
    const events = places.get(`${finding.partition} ${finding.offset}`);
    if (events === undefined || events.length === 0) continue;
    const [from, to] = [events[0]!.at, events[events.length - 1]!.at];
    const around = commits
      .get(finding.partition!)!
      .filter(({ at }) => at >= from - 2_000 && at <= to + 1_000);
    finding.timeline = [...inOrder([events, around])].slice(0, LONGEST);
  }
}
