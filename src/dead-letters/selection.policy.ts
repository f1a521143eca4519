import type { RecordHeader } from '../record/index.js';
import type { DeadLetter } from './dead-letter.js';

/** Which dead letters of a topic are meant. What is not said does not narrow; what is said must all hold. */
export interface Selection {
  readonly reasons?: readonly string[];
  readonly errorClasses?: readonly string[];
  readonly groups?: readonly string[];
  readonly sources?: readonly string[];
  /** UTF-8 text of the key. */
  readonly keys?: readonly string[];
  readonly headers?: readonly { readonly name: string; readonly value?: string }[];
  /** Time of the failure, epoch milliseconds: from is included, to is not. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly ids?: readonly string[];
  readonly places?: readonly { readonly partition: number; readonly offset: number }[];
}

export function selects(selection: Selection, letter: DeadLetter): boolean {
  const { record } = letter;
  const { headers = [], places, fromMs = -Infinity, toMs = Infinity } = selection;
  return (
    isAmong(selection.reasons, letter.reason) &&
    isAmong(selection.errorClasses, letter.errorClass) &&
    isAmong(selection.groups, letter.consumerGroup) &&
    isAmong(selection.sources, letter.originalTopic) &&
    isAmong(selection.keys, record.key?.toString('utf8')) &&
    isAmong(selection.ids, letter.id) &&
    headers.every((wanted) => hasHeader(record.headers, wanted)) &&
    letter.failedAtMs >= fromMs &&
    letter.failedAtMs < toMs &&
    (places?.some(({ partition, offset }) => isAt(letter, partition, offset)) ?? true)
  );
}

/** The offsets of a partition that can hold what is selected, so that nothing else needs to be read. */
export function offsetsToRead(
  { places }: Selection,
  { partition, start, end }: { partition: number; start: number; end: number },
): { from: number; to: number } {
  if (places === undefined) return { from: start, to: end };
  const wanted = places.filter((place) => place.partition === partition);
  const offsets = wanted.map(({ offset }) => offset);
  return {
    from: Math.max(start, Math.min(...offsets)),
    to: Math.min(end, Math.max(...offsets) + 1),
  };
}

/** True when nothing narrows it: every dead letter of the topic is meant. */
export function selectsEverything(selection: Selection): boolean {
  return Object.values(selection).every((part) => part === undefined);
}

function isAmong(wanted: readonly string[] | undefined, found: string | undefined): boolean {
  return wanted === undefined || (found !== undefined && wanted.includes(found));
}

function isAt({ record }: DeadLetter, partition: number, offset: number): boolean {
  return record.partition === partition && record.offset === offset;
}

function hasHeader(
  headers: readonly RecordHeader[],
  wanted: { readonly name: string; readonly value?: string },
): boolean {
  return headers.some(
    ([name, value]) =>
      name === wanted.name &&
      (wanted.value === undefined || value?.toString('utf8') === wanted.value),
  );
}
