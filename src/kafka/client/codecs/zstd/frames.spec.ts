import { CorruptBatchError, OversizedBatchError } from '../codec.errors.js';
import { unpackZstd } from './frames.js';

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const KIBIBYTE = 1024;
/** No size, no checksum, a window of 1 MiB. */
const HEADER = [...MAGIC, 0x00, 10 << 3];

const RAW = 0;
const REPEATED = 1;
const COMPRESSED = 2;

function block(kind: number, size: number, bytes: readonly number[], isLast = false): number[] {
  const header = (size << 3) | (kind << 1) | (isLast ? 1 : 0);
  return [header & 255, (header >> 8) & 255, header >> 16, ...bytes];
}

const compressed = (...bytes: number[]): number[] => block(COMPRESSED, bytes.length, bytes, true);
const frame = (...blocks: number[][]): Buffer => Buffer.from([...HEADER, ...blocks.flat()]);

/** 98,047 sequences of one code each that take no bits: the longest match, from 18 bytes. */
const ENDLESS = compressed(0x00, 255, 0xff, 0xff, 0x54, 0, 0, 52, 0x01);

describe('unpackZstd', () => {
  it('puts out raw and repeated blocks', () => {
    const bytes = frame(block(RAW, 2, [1, 2]), block(REPEATED, 3, [7]), block(RAW, 0, [], true));
    expect([...unpackZstd(bytes, 100)]).toEqual([1, 2, 7, 7, 7]);
  });

  it('reads frames that stand one after the other, and passes over what is none of Zstandard', () => {
    const one = frame(block(RAW, 1, [1], true));
    const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9]);
    expect([...unpackZstd(Buffer.concat([one, skipped, one]), 100)]).toEqual([1, 1]);
  });

  it('stops a bomb of 600 MB at the limit, with memory for the limit alone', () => {
    const blocks = Array.from({ length: 4_600 }, () => block(REPEATED, 128 * KIBIBYTE, [7]));
    const bytes = frame(...blocks, block(RAW, 0, [], true));
    const before = process.memoryUsage().rss;
    expect(() => unpackZstd(bytes, 1_000_000)).toThrow(OversizedBatchError);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  it('refuses by the size that a frame says', () => {
    const header = [...MAGIC, 0x80, 10 << 3, 0, 0x46, 0xc3, 0x23];
    const bytes = Buffer.from([...header, ...block(RAW, 1, [1], true)]);
    expect(() => unpackZstd(bytes, 1_000_000)).toThrow(OversizedBatchError);
    expect(() => unpackZstd(bytes, 700_000_000)).toThrow(CorruptBatchError);
  });

  it('takes no memory for a window, however large it is', () => {
    const bytes = Buffer.from([...MAGIC, 0x00, 31 << 3, ...block(RAW, 1, [1], true)]);
    expect([...unpackZstd(bytes, 100)]).toEqual([1]);
  });

  it('stops a block that says endless sequences', () => {
    const began = performance.now();
    const bytes = frame(block(RAW, 4, [1, 2, 3, 4]), ENDLESS);
    expect(() => unpackZstd(bytes, 100_000_000)).toThrow(CorruptBatchError);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it.each([
    ['another magic', Buffer.from([1, 2, 3, 4, 5, 6, 7, 8])],
    ['a reserved bit', Buffer.from([...MAGIC, 0x08, 80, ...block(RAW, 0, [], true)])],
    ['a dictionary', Buffer.from([...MAGIC, 0x01, 80, 9, ...block(RAW, 0, [], true)])],
    ['no last block', frame(block(RAW, 1, [1]))],
    ['a block of no kind', frame(block(3, 1, [1], true))],
    ['a block larger than any', frame(block(REPEATED, 128 * KIBIBYTE + 1, [1], true))],
    ['an empty compressed block', frame(compressed())],
    ['bytes behind the end of a block', frame(compressed(0x00, 0, 9))],
    ['more literals than bytes', frame(compressed(0xf8, 1))],
    ['the Huffman table of no block', frame(compressed(0x13, 0x40, 0, 1, 0))],
    ['a Huffman table of zeros', frame(compressed(0x12, 0x80, 0, 129, 0, 0))],
    ['the tables of no block', frame(compressed(0x00, 1, 0xfc, 0x01))],
    ['a code that is none', frame(compressed(0x00, 1, 0x54, 36, 0, 0, 0x01))],
    ['a match before the beginning', frame(compressed(0x00, 1, 0x54, 0, 0, 0, 0x01))],
    ['no end of its bits', frame(compressed(0x00, 1, 0x54, 0, 0, 0, 0x00))],
    ['sequences without literals', frame(compressed(0x00, 1, 0x54, 5, 0, 0, 0x01))],
  ])('finds a frame with %s corrupt', (_, bytes) => {
    expect(() => unpackZstd(bytes, 1_000_000)).toThrow(CorruptBatchError);
  });
});
