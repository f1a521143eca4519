import { isUtf8 } from 'node:buffer';
import type { KafkaRecord, RecordHeader } from '../../../record/index.js';
import { NotALineError } from './raw-line.errors.js';

/** A record as a line of an object holds it. */
export type RawRecord = Omit<KafkaRecord, 'unreadable'>;

type Encoding = 'utf8' | 'base64';
type Encoded = readonly [text: string | null, encoding: Encoding | null];

/** Line ends to readers that go by Unicode. JSON allows them in a text; escaped, the value is the same. */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

/**
 * The record as one line of JSON, without the line's end. Bytes that are valid UTF-8 stand as their own text, and all
 * others in base64, so that each decodes to the very bytes it was.
 */
export function encodeLine(record: RawRecord): Buffer {
  const { topic, partition, offset, timestamp } = record;
  const [key, keyEncoding] = encode(record.key);
  const [value, valueEncoding] = encode(record.value);
  const headers = record.headers.map(([name, bytes]) => [name, ...encode(bytes)]);
  const fields = { topic, partition, offset, timestamp, key, keyEncoding, value, valueEncoding };
  const line = JSON.stringify({ ...fields, headers });
  return Buffer.from(line.replace(LINE_ENDS, escaped));
}

/** The record that a line holds. Throws `NotALineError`, which quotes nothing of it. */
export function decodeLine(line: Buffer | string): RawRecord {
  const parsed = parse(line);
  const { topic, partition, offset, timestamp, headers } = parsed;
  if (typeof topic !== 'string') throw new NotALineError('topic');
  return {
    topic,
    partition: integer(partition, 'partition'),
    offset: integer(offset, 'offset'),
    timestamp: integer(timestamp, 'timestamp'),
    key: decode(parsed['key'], parsed['keyEncoding'], 'key'),
    value: decode(parsed['value'], parsed['valueEncoding'], 'value'),
    headers: decodeHeaders(headers),
  };
}

/** Whether two lines, however they are written, hold the same record. */
export function holdSameRecord(left: Buffer, right: Buffer): boolean {
  return left.equals(right) || encodeLine(decodeLine(left)).equals(encodeLine(decodeLine(right)));
}

function encode(bytes: Buffer | null): Encoded {
  if (bytes === null) return [null, null];
  return isUtf8(bytes) ? [bytes.toString('utf8'), 'utf8'] : [bytes.toString('base64'), 'base64'];
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function parse(line: Buffer | string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line.toString());
  } catch {
    // The engine's message quotes the line.
    throw new NotALineError('JSON');
  }
  if (typeof parsed !== 'object' || parsed === null) throw new NotALineError('JSON');
  return parsed as Record<string, unknown>;
}

function integer(value: unknown, field: string): number {
  if (!Number.isSafeInteger(value)) throw new NotALineError(field);
  return value as number;
}

function decode(text: unknown, encoding: unknown, field: string): Buffer | null {
  if (text === null) return null;
  if (typeof text !== 'string') throw new NotALineError(field);
  if (encoding !== 'utf8' && encoding !== 'base64') throw new NotALineError(`${field}'s encoding`);
  return Buffer.from(text, encoding);
}

function decodeHeaders(headers: unknown): RecordHeader[] {
  if (!Array.isArray(headers)) throw new NotALineError('headers');
  return headers.map((header: unknown): RecordHeader => {
    if (!Array.isArray(header)) throw new NotALineError('headers');
    const [name, text, encoding] = header as readonly unknown[];
    if (typeof name !== 'string') throw new NotALineError('headers');
    return [name, decode(text, encoding, 'headers')];
  });
}
