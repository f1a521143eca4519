import { BoundedOutput } from './bounded-output.js';
import { ByteSource } from './byte-source.js';
import { corrupt, oversized } from './codec.errors.js';

/** The Java client frames its blocks as xerial's snappy-java does; librdkafka and others write one bare block. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_MAGIC_BEGINNING = XERIAL_MAGIC.readUInt32BE(0);
const XERIAL_VERSIONS_BYTES = 8;

/** Three bytes of input give 64 bytes of output at most. */
const HIGHEST_RATIO = 22;

interface Block {
  readonly elements: ByteSource;
  readonly outputBytes: number;
}

/** By the description of the format: github.com/google/snappy, format_description.txt. Every block says its size. */
export function unpackSnappy(input: Buffer, limitBytes: number): Buffer {
  let outputBytes = 0;
  for (const block of blocksIn(input)) outputBytes += block.outputBytes;
  if (outputBytes > limitBytes) throw oversized(limitBytes);
  const output = new BoundedOutput(outputBytes, limitBytes);
  for (const block of blocksIn(input)) unpackBlock(block, output);
  return output.finish();
}

/** Walked through twice and never listed: a batch of empty blocks would make a list of many times its size. */
function* blocksIn(input: Buffer): Generator<Block> {
  const source = new ByteSource(input);
  if (!input.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) {
    yield blockIn(source);
    return;
  }
  while (source.remaining > 0) {
    const length = source.bigEndian(4);
    // Streams may stand one after the other, each with a header of its own.
    if (length === XERIAL_MAGIC_BEGINNING) {
      source.skip(XERIAL_MAGIC.length - 4 + XERIAL_VERSIONS_BYTES);
    } else {
      yield blockIn(source.take(length));
    }
  }
}

function blockIn(source: ByteSource): Block {
  let outputBytes = 0;
  for (let factor = 1; ; factor *= 128) {
    if (factor > 2 ** 28) throw corrupt('a snappy block says no size');
    const byte = source.byte();
    outputBytes += (byte & 0x7f) * factor;
    if (byte < 0x80) break;
  }
  if (outputBytes > source.remaining * HIGHEST_RATIO) {
    throw corrupt('a snappy block says a size that it cannot have');
  }
  return { elements: source, outputBytes };
}

function unpackBlock({ elements, outputBytes }: Block, output: BoundedOutput): void {
  const begin = output.position;
  const end = begin + outputBytes;
  while (elements.remaining > 0) {
    const tag = elements.byte();
    if ((tag & 3) === 0) {
      const length = literalLength(tag, elements);
      output.append(elements.bytes, elements.skip(length), length);
    } else {
      const length = (tag & 3) === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
      output.repeat(copyDistance(tag, elements), length, begin);
    }
    if (output.position > end) break;
  }
  if (output.position !== end) throw corrupt('a snappy block has another size than it says');
}

function literalLength(tag: number, elements: ByteSource): number {
  const short = tag >> 2;
  return (short < 60 ? short : elements.littleEndian(short - 59)) + 1;
}

function copyDistance(tag: number, elements: ByteSource): number {
  switch (tag & 3) {
    case 1:
      return ((tag >> 5) << 8) | elements.byte();
    case 2:
      return elements.littleEndian(2);
    default:
      return elements.littleEndian(4);
  }
}
