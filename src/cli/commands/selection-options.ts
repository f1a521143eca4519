import {
  CommandUsageError,
  duration,
  Refusal,
  type CommandOptions,
  type OptionDefinition,
} from '../../config/index.js';
import { selectsEverything, type Selection } from '../../dead-letters/index.js';

/** Narrow down which dead letters are meant. Several values of one option: any of them; several options: all of them. */
export const SELECTION_OPTIONS: Readonly<Record<string, OptionDefinition>> = {
  reason: { value: 'reason', multiple: true, describes: 'only with this reason' },
  error: { value: 'class', multiple: true, describes: 'only with this error class' },
  group: { value: 'group', multiple: true, describes: 'only of this consumer group' },
  source: { value: 'topic', multiple: true, describes: 'only from this topic' },
  key: { value: 'key', multiple: true, describes: 'only with this key' },
  header: {
    value: 'name[=value]',
    multiple: true,
    describes: 'only with this header; of several all must be there',
  },
  since: { value: 'time', describes: 'failed at or after: ISO 8601, or how long ago: 2h' },
  until: { value: 'time', describes: 'failed before: ISO 8601, or how long ago: 30m' },
  at: { value: 'partition:offset', multiple: true, describes: 'only the one that stands there' },
  id: { value: 'id', multiple: true, describes: 'only with this x-dlq-id' },
};

const ANY_AGE = duration({ max: Number.MAX_SAFE_INTEGER });

export function selectionOf(options: CommandOptions, now = Date.now()): Selection {
  const selection: Selection = {
    reasons: options.texts('reason'),
    errorClasses: options.texts('error'),
    groups: options.texts('group'),
    sources: options.texts('source'),
    keys: options.texts('key'),
    headers: options.texts('header')?.map(headerOf),
    fromMs: timeOf(options, 'since', now),
    toMs: timeOf(options, 'until', now),
    places: options.texts('at')?.map(placeFrom),
    ids: options.texts('id'),
  };
  return selection;
}

/** `3:1024`. */
export function placeFrom(text: string): { partition: number; offset: number } {
  const [, partition, offset] = /^(\d{1,9}):(\d{1,16})$/.exec(text) ?? [];
  if (partition === undefined || offset === undefined) {
    throw new CommandUsageError('expected <partition>:<offset>, such as 3:1024');
  }
  return { partition: Number(partition), offset: Number(offset) };
}

function headerOf(text: string): { name: string; value?: string } {
  const equals = text.indexOf('=');
  if (equals < 0) return { name: text };
  return { name: text.slice(0, equals), value: text.slice(equals + 1) };
}

function timeOf(options: CommandOptions, name: string, now: number): number | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  const age = ANY_AGE.parse(text);
  if (!(age instanceof Refusal)) return now - age;
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new CommandUsageError(
    `--${name}: expected a time such as 2026-01-31T12:00:00Z, or how long ago, such as 2h`,
  );
}

/** For commands that write: everything must be said, so that a forgotten option does not mean all. */
export function meantSelection(options: CommandOptions): Selection {
  const selection = selectionOf(options);
  if (options.isSet('all') || !selectsEverything(selection)) return selection;
  throw new CommandUsageError('say which: --all, or narrow down with --at, --reason and the like');
}
