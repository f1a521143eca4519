/** A record as one group reads it. The timestamp tells it from another at its offset, when its topic is made anew. */
export interface JournaledRecord {
  readonly groupId: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Epoch ms. */
  readonly timestamp: number;
}

/** One event of a crash journal. A flight is one stay of a record with its handler. */
export type JournalLine =
  | { readonly kind: 'started'; readonly flight: number; readonly record: JournaledRecord }
  | { readonly kind: 'ended'; readonly flight: number }
  /** It was in flight at a crash; at so many of them nothing else was. */
  | {
      readonly kind: 'suspected';
      readonly crashesAlone: number;
      readonly record: JournaledRecord;
    }
  | { readonly kind: 'cleared'; readonly record: JournaledRecord };

/** The first line of every crash journal. */
export const JOURNAL_HEADING = 'millrace crash journal 1\n';

const LINE = /^(?:([+?]) (\d{1,15}) (\[.*\])|(-) (\d{1,15})|(\.) (\[.*\]))$/;

export function encodeLine(line: JournalLine): string {
  switch (line.kind) {
    case 'started':
      return `+ ${line.flight} ${encodeRecord(line.record)}\n`;
    case 'ended':
      return `- ${line.flight}\n`;
    case 'suspected':
      return `? ${line.crashesAlone} ${encodeRecord(line.record)}\n`;
    case 'cleared':
      return `. ${encodeRecord(line.record)}\n`;
  }
}

/** Every line of the text that can be read; one that was cut off or damaged is passed over. */
export function readLines(text: string): JournalLine[] {
  return text.split('\n').flatMap((line) => decodeLine(line) ?? []);
}

/** Equal for the same record of the same group. */
export function encodeRecord(record: JournaledRecord): string {
  const { groupId, topic, partition, offset, timestamp } = record;
  return JSON.stringify([groupId, topic, partition, offset, timestamp]);
}

function decodeLine(text: string): JournalLine | undefined {
  const [, startedOrSuspected, number, numbered, ended, flight, , cleared] = LINE.exec(text) ?? [];
  if (ended !== undefined) return { kind: 'ended', flight: Number(flight) };
  const record = decodeRecord(numbered ?? cleared);
  if (record === undefined) return undefined;
  if (startedOrSuspected === '+') return { kind: 'started', flight: Number(number), record };
  if (startedOrSuspected === '?')
    return { kind: 'suspected', crashesAlone: Number(number), record };
  return { kind: 'cleared', record };
}

function decodeRecord(text: string | undefined): JournaledRecord | undefined {
  if (text === undefined) return undefined;
  try {
    const [groupId, topic, ...numbers] = JSON.parse(text) as unknown[];
    if (typeof groupId !== 'string' || typeof topic !== 'string') return undefined;
    if (numbers.length !== 3 || !numbers.every(Number.isSafeInteger)) return undefined;
    const [partition, offset, timestamp] = numbers as [number, number, number];
    return { groupId, topic, partition, offset, timestamp };
  } catch {
    return undefined;
  }
}
