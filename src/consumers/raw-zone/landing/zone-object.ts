import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { OffsetRanges } from '../domain/index.js';
import { decodeLine } from '../translation/index.js';

/** A record on its way into an object. */
export interface Line {
  readonly offset: number;
  /** Without the line's end. */
  readonly bytes: Buffer;
}

/** What an object holds. */
export interface ObjectContent {
  readonly offsets: OffsetRanges;
  /** By offset; of one that stands in it twice, the first. */
  readonly lines: ReadonlyMap<number, Buffer>;
  /** Lines, those with an offset that another one has included. */
  readonly count: number;
}

const END = Buffer.from('\n');
const END_BYTE = 10;
/** How our own lines begin, so that an object is read back without parsing every value in it. */
const BEGINNING = /^\{"topic":"[A-Za-z0-9._-]{1,249}","partition":\d+,"offset":(\d+),"/;
const BEGINNING_BYTES = 330;

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** The lines as the bytes of an object. */
export function pack(lines: readonly Line[]): Promise<Buffer> {
  return compress(Buffer.concat(lines.flatMap(({ bytes }) => [bytes, END])));
}

/** Reads an object back. Rejects when its bytes are no such object: cut off, not compressed, or not lines of records. */
export async function unpack(packed: Buffer): Promise<ObjectContent> {
  const bytes = await decompress(packed);
  const lines = new Map<number, Buffer>();
  let count = 0;
  for (let start = 0; start < bytes.length; count += 1) {
    const found = bytes.indexOf(END_BYTE, start);
    const end = found < 0 ? bytes.length : found;
    const line = bytes.subarray(start, end);
    const offset = offsetOf(line);
    if (!lines.has(offset)) lines.set(offset, line);
    start = end + 1;
  }
  return { offsets: OffsetRanges.of(lines.keys()), lines, count };
}

function offsetOf(line: Buffer): number {
  const beginning = BEGINNING.exec(line.toString('latin1', 0, BEGINNING_BYTES));
  return beginning === null ? decodeLine(line).offset : Number(beginning[1]);
}
