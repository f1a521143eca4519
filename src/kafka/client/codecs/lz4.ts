import type { BoundedOutput } from './bounded-output.js';
import type { ByteSource } from './byte-source.js';
import { corrupt } from './codec.errors.js';
import { unpackFrames, type FramedFormat } from './framed-format.js';

const STORED = 0x80000000;
const MOST_DISTANCE = 65_535;
const SHORTEST_MATCH = 4;
/** A byte of a length stands for 255 bytes of output at most. */
const HIGHEST_RATIO = 255;

interface Block {
  readonly source: ByteSource;
  readonly isStored: boolean;
  readonly mostBytes: number;
}

interface FrameHeader {
  readonly blockLimit: number;
  readonly areBlocksLinked: boolean;
  readonly haveBlocksChecksums: boolean;
  readonly hasContentChecksum: boolean;
  readonly contentBytes: number | undefined;
}

/**
 * By the descriptions of the formats: github.com/lz4/lz4, doc/lz4_Frame_format.md and doc/lz4_Block_format.md. The
 * header's checksum is not compared: producers before Kafka 0.10 computed it over other bytes than the format says.
 */
export function unpackLz4(input: Buffer, limitBytes: number): Buffer {
  return unpackFrames(input, limitBytes, LZ4);
}

const LZ4: FramedFormat<FrameHeader> = {
  name: 'LZ4',
  magic: 0x184d2204,
  headerFrom,
  skipBlocks(source, header) {
    let mostBytes = 0;
    for (const block of blocksIn(source, header)) mostBytes += block.mostBytes;
    if (header.hasContentChecksum) source.skip(4);
    return mostBytes;
  },
  unpackBlocks,
};

function headerFrom(source: ByteSource): FrameHeader {
  const flags = source.byte();
  const sizeClass = (source.byte() >> 4) & 7;
  if (flags >> 6 !== 1 || sizeClass < 4) throw corrupt('the header of its LZ4 frame is wrong');
  if ((flags & 0x01) !== 0) throw corrupt('its LZ4 frame needs a dictionary');
  const contentBytes = (flags & 0x08) === 0 ? undefined : source.littleEndian64();
  source.skip(1); // the header's checksum
  return {
    blockLimit: 1 << (8 + 2 * sizeClass),
    areBlocksLinked: (flags & 0x20) === 0,
    haveBlocksChecksums: (flags & 0x10) !== 0,
    hasContentChecksum: (flags & 0x04) !== 0,
    contentBytes,
  };
}

function* blocksIn(source: ByteSource, header: FrameHeader): Generator<Block> {
  for (let word = source.littleEndian(4); word !== 0; word = source.littleEndian(4)) {
    const isStored = word >= STORED;
    const length = isStored ? word - STORED : word;
    if (length > header.blockLimit) throw corrupt('an LZ4 block is larger than its frame allows');
    const mostBytes = isStored ? length : Math.min(header.blockLimit, length * HIGHEST_RATIO);
    yield { source: source.take(length), isStored, mostBytes };
    if (header.haveBlocksChecksums) source.skip(4);
  }
}

function unpackBlocks(blocks: ByteSource, header: FrameHeader, output: BoundedOutput): void {
  const begin = output.position;
  for (const { source, isStored, mostBytes } of blocksIn(blocks, header)) {
    const blockBegin = output.position;
    if (isStored) output.append(source.bytes, source.position, source.remaining);
    else unpackBlock(source, output, header.areBlocksLinked ? begin : blockBegin);
    if (output.position - blockBegin > mostBytes) throw corrupt('an LZ4 block is too long');
  }
}

/** A block is a row of sequences, each some literals and a match; the last one has literals only. */
function unpackBlock(source: ByteSource, output: BoundedOutput, floor: number): void {
  for (;;) {
    const token = source.byte();
    const literals = lengthFrom(token >> 4, source);
    output.append(source.bytes, source.skip(literals), literals);
    if (source.remaining === 0) return;
    const distance = source.littleEndian(2);
    const length = lengthFrom(token & 15, source) + SHORTEST_MATCH;
    output.repeat(distance, length, Math.max(floor, output.position - MOST_DISTANCE));
  }
}

function lengthFrom(nibble: number, source: ByteSource): number {
  if (nibble < 15) return nibble;
  let length = nibble;
  for (let byte = 255; byte === 255;) {
    byte = source.byte();
    length += byte;
  }
  return length;
}
