import fc from 'fast-check';
import { CorruptBatchError, OversizedBatchError } from './codec.errors.js';
import { unpackSnappy } from './snappy.js';

const MAGIC = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1];

interface Element {
  readonly literal: Uint8Array;
  readonly back: number;
  readonly length: number;
}

function sizeOf(length: number): number[] {
  return length < 128 ? [length] : [(length & 127) | 128, ...sizeOf(length >>> 7)];
}

function literal(bytes: Uint8Array): number[] {
  const length = bytes.length - 1;
  if (length < 60) return [length << 2, ...bytes];
  if (length < 256) return [60 << 2, length, ...bytes];
  return [61 << 2, length & 255, length >> 8, ...bytes];
}

function copy(distance: number, length: number): number[] {
  if (distance < 2048 && length >= 4 && length <= 11) {
    return [((distance >> 8) << 5) | ((length - 4) << 2) | 1, distance & 255];
  }
  const low = [distance & 255, (distance >> 8) & 255];
  if (distance % 2 === 0) return [((length - 1) << 2) | 2, ...low];
  return [((length - 1) << 2) | 3, ...low, distance >> 16, 0];
}

/** The elements as a block, and what they stand for. */
function block(elements: readonly Element[]): { bytes: number[]; output: number[] } {
  const bytes: number[] = [];
  const output: number[] = [];
  for (const { literal: run, back, length } of elements) {
    bytes.push(...literal(run));
    output.push(...run);
    const distance = (back % output.length) + 1;
    bytes.push(...copy(distance, length));
    for (let count = 0; count < length; count += 1) output.push(output.at(-distance)!);
  }
  return { bytes: [...sizeOf(output.length), ...bytes], output };
}

const element = fc.record({
  literal: fc.uint8Array({ minLength: 1, maxLength: 400 }),
  back: fc.nat({ max: 5_000 }),
  length: fc.integer({ min: 1, max: 64 }),
});
const elements = fc.array(element, { maxLength: 20 });

const framed = (...blocks: number[][]): number[] => [
  ...MAGIC,
  ...blocks.flatMap((bytes) => [0, 0, bytes.length >> 8, bytes.length & 255, ...bytes]),
];

describe('unpackSnappy', () => {
  it('puts out every literal and copy of a bare block', () => {
    fc.assert(
      fc.property(elements, (all) => {
        const { bytes, output } = block(all);
        expect([...unpackSnappy(Buffer.from(bytes), 100_000)]).toEqual(output);
      }),
    );
  });

  it('puts the blocks of frames one behind the other', () => {
    fc.assert(
      fc.property(elements, elements, (first, second) => {
        const [one, two] = [block(first), block(second)];
        const bytes = Buffer.from([...framed(one.bytes, two.bytes), ...framed(one.bytes)]);
        const output = [...one.output, ...two.output, ...one.output];
        expect([...unpackSnappy(bytes, 100_000)]).toEqual(output);
      }),
    );
  });

  it('refuses by the sizes that blocks say, before it writes anything', () => {
    const copies = Array.from({ length: 20_000 }, () => copy(1, 64)).flat();
    const bomb = [...sizeOf(20_000 * 64 + 1), ...literal(Uint8Array.of(7)), ...copies];
    expect(() => unpackSnappy(Buffer.from(bomb), 1_000_000)).toThrow(OversizedBatchError);
    expect(unpackSnappy(Buffer.from(bomb), 2_000_000)).toHaveLength(1_280_001);
  });

  it.each([
    ['a size that its bytes cannot give', [...sizeOf(600_000_000), 0, 7]],
    ['a size without end', [255, 255, 255, 255, 255, 255, 255, 1]],
    ['a literal of a length that is negative as 32 bits', [5, 0xfc, 0xfa, 0xff, 0xff, 0xff, 0, 0]],
    ['a copy from before the beginning', [8, 0, 7, ...copy(2, 7)]],
    ['a copy from nowhere', [8, 0, 7, ...copy(0, 7)]],
    ['less than its size', [3, 0, 7]],
    ['more than its size', [1, 4, 7, 7]],
  ])('finds a block with %s corrupt', (_, bytes) => {
    expect(() => unpackSnappy(Buffer.from(bytes), 1_000_000)).toThrow(CorruptBatchError);
  });

  it('lets no block copy from the one before', () => {
    const bytes = framed([1, 0, 7], [8, 0, 7, ...copy(2, 7)]);
    expect(() => unpackSnappy(Buffer.from(bytes), 1_000)).toThrow(CorruptBatchError);
  });
});
