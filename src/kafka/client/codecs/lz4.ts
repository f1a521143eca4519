import { BoundedOutput } from './bounded-output.js';
import { ByteSource } from './byte-source.js';
import { corrupt, oversized } from './codec.errors.js';

const MAGIC = 0x184d2204;
const SKIPPABLE_MAGIC = 0x184d2a50;
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

interface Frame {
  readonly header: FrameHeader;
  /** From the first block on. Walked through twice and never listed, since a block may be four bytes. */
  readonly blocks: ByteSource;
  readonly mostBytes: number;
}

/**
 * By the descriptions of the formats: github.com/lz4/lz4, doc/lz4_Frame_format.md and doc/lz4_Block_format.md. The
 * header's checksum is not compared: producers before Kafka 0.10 computed it over other bytes than the format says.
 */
export function unpackLz4(input: Buffer, limitBytes: number): Buffer {
  const source = new ByteSource(input);
  const frames: Frame[] = [];
  do {
    const frame = nextFrame(source);
    if (frame !== undefined) frames.push(frame);
  } while (source.remaining > 0);
  const promised = frames.reduce((sum, { header }) => sum + (header.contentBytes ?? 0), 0);
  if (promised > limitBytes) throw oversized(limitBytes);
  const mostBytes = frames.reduce((sum, frame) => sum + frame.mostBytes, 0);
  const output = new BoundedOutput(mostBytes, limitBytes);
  for (const frame of frames) unpackFrame(frame, output);
  return output.finish();
}

/** The next frame; undefined for one that holds something else. */
function nextFrame(source: ByteSource): Frame | undefined {
  const magic = source.littleEndian(4);
  if ((magic & 0xfffffff0) === SKIPPABLE_MAGIC) {
    source.skip(source.littleEndian(4));
    return undefined;
  }
  if (magic !== MAGIC) throw corrupt('it is no LZ4 frame');
  const header = headerFrom(source);
  const begin = source.position;
  let mostBytes = 0;
  for (const block of blocksIn(source, header)) mostBytes += block.mostBytes;
  if (header.hasContentChecksum) source.skip(4);
  const blocks = new ByteSource(source.bytes, begin, source.end);
  return { header, blocks, mostBytes: Math.min(mostBytes, header.contentBytes ?? mostBytes) };
}

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

function unpackFrame({ header, blocks }: Frame, output: BoundedOutput): void {
  const begin = output.position;
  for (const { source, isStored, mostBytes } of blocksIn(blocks, header)) {
    const blockBegin = output.position;
    if (isStored) output.append(source.bytes, source.position, source.remaining);
    else unpackBlock(source, output, header.areBlocksLinked ? begin : blockBegin);
    if (output.position - blockBegin > mostBytes) throw corrupt('an LZ4 block is too long');
  }
  if (output.position - begin !== (header.contentBytes ?? output.position - begin)) {
    throw corrupt('its LZ4 frame has another size than it says');
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
