import { defineCommand, type CommandCall } from '../../config/index.js';
import { DeadLetterBrowser, placeOf, type ShownDeadLetter } from '../../dead-letters/index.js';
import { LETTER_COLUMNS, letterJson, letterRow, readable } from './dead-letter-view.js';
import { placeFrom } from './selection-options.js';

export const DEAD_LETTERS_SHOW = defineCommand({
  name: 'dead-letters show',
  describes:
    'one dead letter: value, headers, error, what was done with it, and its earlier and later failures',
  parameters: '<topic> <partition>:<offset>',
  takes: { least: 2, most: 2 },
  writes: false,
  run: async (call) => {
    const [topic, place] = call.parameters as [string, string];
    const browser = await call.resolve(DeadLetterBrowser);
    const shown = await browser.show(topic, placeFrom(place));
    if (shown === undefined) {
      call.output.note(`${topic} has no record at ${place}, or not any more`);
      return 1;
    }
    if (call.output.isJson) call.output.json(showJson(shown));
    else showText(call, shown);
    return 0;
  },
});

function showJson({ letter, action, history }: ShownDeadLetter): object {
  const places = history.map((one) => ({
    at: placeOf(one),
    failedAtMs: one.failedAtMs,
    redriveCount: one.redriveCount,
  }));
  return { ...letterJson(letter, action), history: places };
}

function showText({ output }: CommandCall, { letter, action, history }: ShownDeadLetter): void {
  const { record, ...told } = letter;
  for (const [name, value] of Object.entries(told)) {
    if (value !== undefined && name !== 'errorStack') output.line(`${name}: ${String(value)}`);
  }
  for (const frame of letter.errorStack?.split('\n') ?? []) output.line(`  ${frame}`);
  output.line('');
  output.line('history');
  output.table(
    LETTER_COLUMNS,
    history.map((one) => letterRow(one, action)),
  );
  if (action !== undefined) {
    const { kind, by, at, target, reason } = action;
    output.line(`${kind} by ${by} at ${at}${target === undefined ? '' : ` to ${target}`}`);
    if (reason !== undefined) output.line(`because: ${reason}`);
  }
  output.line('');
  output.line('headers');
  for (const [name, value] of record.headers)
    output.line(`  ${name}: ${readable(value).join(' ')}`);
  for (const [what, bytes] of [
    ['key', record.key],
    ['value', record.value],
  ] as const) {
    output.line('');
    output.line(what);
    for (const line of readable(bytes)) output.line(line);
  }
}
