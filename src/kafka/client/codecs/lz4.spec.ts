import fc from 'fast-check';
import { CorruptBatchError, OversizedBatchError } from './codec.errors.js';
import { unpackLz4 } from './lz4.js';

const MAGIC = [0x04, 0x22, 0x4d, 0x18];
const INDEPENDENT = 0x60;
const LINKED = 0x40;
const BLOCKS_OF_64_KIB = 0x40;
const CHECKSUM = 0;

const word = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);

function frame(flags: number, blocks: readonly (readonly number[])[]): Buffer {
  const content = blocks.flatMap((bytes) => [...word(bytes.length), ...bytes]);
  return Buffer.from([...MAGIC, flags, BLOCKS_OF_64_KIB, CHECKSUM, ...content, ...word(0)]);
}

interface Sequence {
  readonly literals: Uint8Array;
  readonly back: number;
  readonly length: number;
}

/** What follows a token's nibble of 15. */
function more(length: number): number[] {
  if (length < 15) return [];
  const rest = length - 15;
  return [...Array<number>(Math.floor(rest / 255)).fill(255), rest % 255];
}

const nibble = (length: number): number => Math.min(length, 15);

/** The sequences as a block behind what was put out before, which it adds to. */
function block(sequences: readonly Sequence[], output: number[]): number[] {
  const bytes: number[] = [];
  for (const { literals, back, length } of sequences) {
    output.push(...literals);
    const distance = (back % output.length) + 1;
    bytes.push((nibble(literals.length) << 4) | nibble(length - 4), ...more(literals.length));
    bytes.push(...literals, distance & 255, distance >> 8, ...more(length - 4));
    for (let count = 0; count < length; count += 1) output.push(output.at(-distance)!);
  }
  output.push(1, 2, 3, 4, 5);
  return [...bytes, 5 << 4, 1, 2, 3, 4, 5];
}

const sequence = fc.record({
  literals: fc.uint8Array({ minLength: 1, maxLength: 700 }),
  back: fc.nat({ max: 5_000 }),
  length: fc.integer({ min: 4, max: 700 }),
});
const sequences = fc.array(sequence, { maxLength: 15 });

/** One byte, and as many copies of it as 255 for each byte of the length. */
const bomb = (lengthBytes: number): number[] => [
  ...[0x1f, 7, 1, 0],
  ...Array<number>(lengthBytes).fill(255),
  ...[0, 0x10, 7],
];

describe('unpackLz4', () => {
  it('puts out every literal and match, also of blocks that refer to earlier ones', () => {
    fc.assert(
      fc.property(sequences, sequences, (first, second) => {
        const output: number[] = [];
        const bytes = frame(LINKED, [block(first, output), block(second, output)]);
        expect([...unpackLz4(bytes, 100_000)]).toEqual(output);
      }),
    );
  });

  it('reads frames that stand one after the other, and passes over what is none of LZ4', () => {
    const skipped = Buffer.from([0x53, 0x2a, 0x4d, 0x18, ...word(2), 9, 9]);
    const bytes = [skipped, frame(INDEPENDENT, [[0x10, 7]]), frame(INDEPENDENT, [[0x10, 8]])];
    expect([...unpackLz4(Buffer.concat([...bytes, skipped]), 100)]).toEqual([7, 8]);
  });

  it('stops at the limit inside a block', () => {
    const bytes = frame(INDEPENDENT, Array(40).fill(bomb(250)));
    expect(() => unpackLz4(bytes, 1_000_000)).toThrow(OversizedBatchError);
    expect(unpackLz4(bytes, 4_000_000)).toHaveLength(40 * (1 + 250 * 255 + 19 + 1));
  });

  it('refuses by the size that a frame says', () => {
    const header = [...MAGIC, 0x68, BLOCKS_OF_64_KIB, ...word(600_000_000), ...word(0), CHECKSUM];
    const bytes = Buffer.from([...header, ...word(2), 0x10, 7, ...word(0)]);
    expect(() => unpackLz4(bytes, 1_000_000)).toThrow(OversizedBatchError);
    expect(() => unpackLz4(bytes, 700_000_000)).toThrow(CorruptBatchError);
  });

  it.each([
    ['another magic', Buffer.from([...word(0x184c2102), 0, 0, 0])],
    ['another version', frame(0x20, [[0x10, 7]])],
    ['a dictionary', frame(0x61, [[0x10, 7]])],
    ['a match before the beginning', frame(INDEPENDENT, [[0x10, 7, 2, 0, 0x10, 7]])],
    ['a match at no distance', frame(INDEPENDENT, [[0x10, 7, 0, 0, 0x10, 7]])],
    [
      'a match into an independent block',
      frame(INDEPENDENT, [
        [0x10, 7],
        [0x10, 7, 2, 0, 0],
      ]),
    ],
    ['an end inside a match', frame(INDEPENDENT, [[0x10, 7, 1]])],
    ['an end inside a length', frame(INDEPENDENT, [[0xf0, 255, 255]])],
    ['a block of more than its size', frame(INDEPENDENT, [bomb(300)])],
    ['an empty block', Buffer.from([...MAGIC, 0x60, 0x40, 0, ...word(0x80010001), 7, ...word(0)])],
  ])('finds a frame with %s corrupt', (_, bytes) => {
    expect(() => unpackLz4(bytes, 1_000_000)).toThrow(CorruptBatchError);
  });
});
