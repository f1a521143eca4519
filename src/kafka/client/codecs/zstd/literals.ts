import type { ByteSource } from '../byte-source.js';
import { corrupt } from '../codec.errors.js';
import type { History } from './history.js';
import { readCodes, readHuffmanTable } from './huffman-table.js';

const RAW = 0;
const REPEATED = 1;
const WITH_NEW_TABLE = 2;

/** Three sizes of streams; the fourth is what remains. */
const JUMP_TABLE_BYTES = 6;

/** Some bytes of a buffer. */
export interface Literals {
  readonly bytes: Buffer;
  readonly begin: number;
  readonly length: number;
}

/** Reads the first section of a block. */
export function readLiterals(source: ByteSource, blockLimit: number, history: History): Literals {
  const first = source.bytes[source.position] ?? 0;
  const kind = first & 3;
  const format = (first >> 2) & 3;
  if (kind > REPEATED) return readPacked(source, format, blockLimit, history);
  const length = plainLength(source, format);
  if (length > blockLimit) throw corrupt('the literals are longer than a block');
  if (kind === RAW) return { bytes: source.bytes, begin: source.skip(length), length };
  return { bytes: Buffer.alloc(length, source.byte()), begin: 0, length };
}

function plainLength(source: ByteSource, format: number): number {
  if (format === 1) return source.littleEndian(2) >> 4;
  if (format === 3) return source.littleEndian(3) >> 4;
  return source.byte() >> 3;
}

function readPacked(
  source: ByteSource,
  format: number,
  blockLimit: number,
  history: History,
): Literals {
  const kind = (source.bytes[source.position] ?? 0) & 3;
  const sizeBits = [10, 10, 14, 18][format]!;
  const header = Math.floor(source.littleEndian([3, 3, 4, 5][format]!) / 16);
  const length = header % 2 ** sizeBits;
  if (length > blockLimit) throw corrupt('the literals are longer than a block');
  const packed = source.take(Math.floor(header / 2 ** sizeBits));
  if (kind === WITH_NEW_TABLE) history.huffman = readHuffmanTable(packed);
  const table = history.huffman;
  if (table === undefined) throw corrupt('a block uses the Huffman table of no other');
  const bytes = Buffer.allocUnsafe(length);
  if (format === 0) readCodes(packed, table, bytes);
  else for (const [stream, part] of fourStreams(packed, bytes)) readCodes(stream, table, part);
  return { bytes, begin: 0, length };
}

/** Each stream with the part of the literals that it holds. */
function fourStreams(packed: ByteSource, bytes: Buffer): [ByteSource, Buffer][] {
  const sizes = packed.take(JUMP_TABLE_BYTES);
  const part = (bytes.length + 3) >> 2;
  if (part * 3 > bytes.length) throw corrupt('there are too few literals for four streams');
  return [0, 1, 2, 3].map((index) => {
    const stream = packed.take(index < 3 ? sizes.littleEndian(2) : packed.remaining);
    const end = index < 3 ? (index + 1) * part : bytes.length;
    return [stream, bytes.subarray(index * part, end)];
  });
}
