import { defineCommand, durationText, integer, type CommandCall } from '../../config/index.js';
import { DeadLetterBrowser, selectsEverything, type Summary } from '../../dead-letters/index.js';
import { LETTER_COLUMNS, letterJson, letterRow } from './dead-letter-view.js';
import { configuredDeadLetterTopics } from './rules.js';
import { SELECTION_OPTIONS, selectionOf } from './selection-options.js';

const DEFAULT_LIMIT = 50;

export const DEAD_LETTERS_LS = defineCommand({
  name: 'dead-letters ls',
  describes: 'dead-letter topics with their counts; of one topic, the groups and the dead letters',
  parameters: '[<topic>]',
  takes: { least: 0, most: 1 },
  options: {
    ...SELECTION_OPTIONS,
    limit: { value: 'count', describes: `show so many dead letters, ${DEFAULT_LIMIT} by default` },
  },
  writes: false,
  run: (call) => (call.parameters[0] === undefined ? listTopics(call) : listTopic(call)),
});

async function listTopics(call: CommandCall): Promise<number> {
  const { output } = call;
  const browser = await call.resolve(DeadLetterBrowser);
  const selection = selectionOf(call.options);
  const summaries: { topic: string; summary: Summary }[] = [];
  const topics = await browser.topics(await configuredDeadLetterTopics(call));
  for await (const one of browser.summariseAll(topics, selection)) {
    summaries.push(one);
    output.progress(`read ${summaries.length} of ${topics.length} topics`);
  }
  if (output.isJson) {
    output.json(summaries.map(({ topic, summary }) => ({ topic, ...summaryJson(summary) })));
    return 0;
  }
  output.table(
    ['topic', 'open', 'redriven', 'discarded', 'failed again', 'oldest open'],
    summaries.map(({ topic, summary: { states, failedAgain, oldestOpenMs } }) => [
      topic,
      states.open,
      states.redriven,
      states.discarded,
      failedAgain,
      ageOf(oldestOpenMs),
    ]),
  );
  return 0;
}

async function listTopic(call: CommandCall): Promise<number> {
  const { output, options } = call;
  const topic = call.parameters[0]!;
  const selection = selectionOf(options);
  const limit = options.value('limit', integer({ min: 0 })) ?? DEFAULT_LIMIT;
  const browser = await call.resolve(DeadLetterBrowser);
  const summary = await browser.summarise(topic, selection);
  const letters = await browser.list(topic, selection, limit);
  if (output.isJson) {
    const shown = letters.map(({ letter, action }) => letterJson(letter, action));
    output.json({ topic, ...summaryJson(summary), deadLetters: shown });
    return 0;
  }
  output.table(
    ['reason', 'error', 'source', 'group', 'open', 'all', 'oldest open'],
    summary.groups.map(({ reason, errorClass, source, consumerGroup, ...counts }) => [
      reason ?? '-',
      errorClass ?? '-',
      source ?? '-',
      consumerGroup ?? '-',
      counts.open,
      counts.total,
      ageOf(counts.oldestOpenMs),
    ]),
  );
  output.line('');
  output.table(
    LETTER_COLUMNS,
    letters.map(({ letter, action }) => letterRow(letter, action)),
  );
  const hidden = summary.total - letters.length;
  const which = selectsEverything(selection) ? '' : ' of the selected ones';
  if (hidden > 0) output.note(`${hidden} more${which}: narrow the selection, or raise --limit`);
  return 0;
}

function summaryJson({ total, states, failedAgain, oldestOpenMs, groups }: Summary): object {
  return { total, ...states, failedAgain, oldestOpenMs: oldestOpenMs ?? null, groups };
}

const ROUGH_MS = [86_400_000, 3_600_000, 60_000, 1_000];

/** How long ago, in its largest whole unit. */
function ageOf(timeMs: number | undefined): string {
  if (timeMs === undefined) return '-';
  const age = Math.max(0, Date.now() - timeMs);
  const unit = ROUGH_MS.find((size) => age >= size) ?? 1;
  return durationText(Math.floor(age / unit) * unit);
}
