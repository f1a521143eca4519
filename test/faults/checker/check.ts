import { CommitsFollowProcessing } from './commits.js';
import { DeadLetterFidelity } from './dead-letters.js';
import { Duplicates } from './duplicates.js';
import type { History, HistoryEvent } from './history.js';
import { KeyOrder } from './key-order.js';
import { inOrder } from './merge.js';
import { NoLoss } from './no-loss.js';
import { RecordTable } from './record-table.js';
import type { Rule } from './rule.js';
import { addTimelines } from './timelines.js';
import type { Verdict } from './verdict.js';

/** Judges a history by I1 to I5, in one pass over its events and in memory for its records alone. */
export function check(history: History): Verdict[] {
  const { interruptions, settings } = history;
  const table = new RecordTable(history.records);
  const rules: Rule[] = [
    new NoLoss(table),
    new CommitsFollowProcessing(table),
    new KeyOrder(table, interruptions, settings.sessionTimeoutMs),
    new Duplicates(table, settings),
    new DeadLetterFidelity(table, interruptions.length > 0),
  ];
  const byTime = [...interruptions].sort((left, right) => left.at - right.at);
  for (const event of inOrder([...history.sources, byTime])) {
    for (const rule of rules) rule.see(event);
    apply(event, table, settings.effects);
  }
  const verdicts = rules.map((rule) => rule.verdict());
  addTimelines(
    verdicts.flatMap(({ findings }) => findings),
    history,
  );
  return verdicts;
}

function apply(event: HistoryEvent, table: RecordTable, effects: 'ends' | 'stored'): void {
  if (event.kind === 'moved') {
    const records = table.get(event);
    if (records !== undefined) records.moved[event.offset] = 1;
    return;
  }
  const isEffect = event.kind === (effects === 'ends' ? 'end' : 'stored');
  if (!isEffect && event.kind !== 'dead-letter') return;
  const records = table.get(event);
  if (records === undefined) return;
  if (event.kind === 'dead-letter') records.deadLetters[event.offset]! += 1;
  else records.noteEffect(event.offset, event.at, event.kind === 'end' ? event.member : undefined);
  table.settle(event, event.at);
}
