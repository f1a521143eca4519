import {
  placeOf,
  stateOf,
  type DeadLetter,
  type DeadLetterAction,
} from '../../dead-letters/index.js';
import type { RecordHeader } from '../../record/index.js';

/** Bytes as programs get them: their own text where they are UTF-8, else base64. */
export function encoded(bytes: Buffer | null): { text: string | null; encoding: string } {
  if (bytes === null) return { text: null, encoding: 'null' };
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes)) return { text, encoding: 'utf8' };
  return { text: bytes.toString('base64'), encoding: 'base64' };
}

/** Bytes as people read them: JSON indented, text as it is, everything else as a hexadecimal dump. */
export function readable(bytes: Buffer | null): string[] {
  if (bytes === null) return ['null'];
  const { text, encoding } = encoded(bytes);
  if (encoding !== 'utf8') return hexDump(bytes);
  try {
    return JSON.stringify(JSON.parse(text!), undefined, 2).split('\n');
  } catch {
    return text!.split('\n');
  }
}

/** Everything about a dead letter, for programs. */
export function letterJson(letter: DeadLetter, action: DeadLetterAction | undefined): object {
  const { record, ...told } = letter;
  const [key, value] = [encoded(record.key), encoded(record.value)];
  return {
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    timestamp: record.timestamp,
    ...told,
    state: stateOf(letter, action),
    action: action ?? null,
    key: key.text,
    keyEncoding: key.encoding,
    value: value.text,
    valueEncoding: value.encoding,
    headers: record.headers.map(headerJson),
  };
}

export const LETTER_COLUMNS = [
  'at',
  'failed',
  'reason',
  'error',
  'source',
  'group',
  'key',
  'redrives',
  'state',
];

/** One line about a dead letter. */
export function letterRow(
  letter: DeadLetter,
  action: DeadLetterAction | undefined,
): (string | number)[] {
  const { originalTopic, originalPartition, originalOffset } = letter;
  return [
    placeOf(letter),
    new Date(letter.failedAtMs).toISOString(),
    letter.reason ?? '-',
    letter.errorClass ?? '-',
    originalTopic === undefined
      ? '-'
      : `${originalTopic} ${originalPartition ?? '?'}:${originalOffset ?? '?'}`,
    letter.consumerGroup ?? '-',
    encoded(letter.record.key).text ?? '-',
    letter.redriveCount,
    stateOf(letter, action),
  ];
}

function headerJson([name, value]: RecordHeader): [string, string | null, string] {
  const { text, encoding } = encoded(value);
  return [name, text, encoding];
}

const BYTES_A_LINE = 16;

function hexDump(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let from = 0; from < bytes.length; from += BYTES_A_LINE) {
    const part = bytes.subarray(from, from + BYTES_A_LINE);
    const hex = part
      .toString('hex')
      .replaceAll(/../g, '$& ')
      .padEnd(BYTES_A_LINE * 3);
    const text = part.toString('latin1').replaceAll(/[^\x20-\x7e]/g, '.');
    lines.push(`${from.toString(16).padStart(8, '0')}  ${hex} ${text}`);
  }
  return lines;
}
