import { BoundedOutput } from '../bounded-output.js';
import { ByteSource } from '../byte-source.js';
import { corrupt, oversized } from '../codec.errors.js';
import { unpackBlock } from './block.js';
import { newHistory } from './history.js';

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const LARGEST_BLOCK = 128 * 1024;

interface FrameHeader {
  readonly blockLimit: number;
  readonly contentBytes: number | undefined;
  readonly hasChecksum: boolean;
}

interface Frame {
  readonly header: FrameHeader;
  /** From the first block on. Walked through twice and never listed, since a block may be three bytes. */
  readonly blocks: ByteSource;
  readonly mostBytes: number;
}

type BlockKind = 'raw' | 'repeated' | 'compressed';

interface Block {
  readonly kind: BlockKind;
  readonly source: ByteSource;
  /** Of a compressed block, the most that it may have. */
  readonly outputBytes: number;
}

/**
 * By RFC 8878, without dictionaries. The whole output is kept, so that a window, which a header may declare as large
 * as it likes, costs nothing.
 */
export function unpackZstd(input: Buffer, limitBytes: number): Buffer {
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
  if (magic !== MAGIC) throw corrupt('it is no Zstandard frame');
  const header = headerFrom(source);
  const begin = source.position;
  let mostBytes = 0;
  for (const block of blocksIn(source, header.blockLimit)) mostBytes += block.outputBytes;
  if (header.hasChecksum) source.skip(4);
  const blocks = new ByteSource(source.bytes, begin, source.end);
  return { header, blocks, mostBytes: Math.min(mostBytes, header.contentBytes ?? mostBytes) };
}

function headerFrom(source: ByteSource): FrameHeader {
  const descriptor = source.byte();
  if ((descriptor & 0x08) !== 0) throw corrupt('the header of its Zstandard frame is wrong');
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const windowBytes = isSingleSegment ? undefined : windowFrom(source.byte());
  const idBytes = [0, 1, 2, 4][descriptor & 3]!;
  if (idBytes > 0 && source.littleEndian(idBytes) !== 0) {
    throw corrupt('its Zstandard frame needs a dictionary');
  }
  const contentBytes = contentSizeFrom(source, descriptor >> 6, isSingleSegment);
  return {
    blockLimit: Math.min(windowBytes ?? contentBytes ?? 0, LARGEST_BLOCK),
    contentBytes,
    hasChecksum: (descriptor & 0x04) !== 0,
  };
}

function windowFrom(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}

function contentSizeFrom(
  source: ByteSource,
  sizeClass: number,
  isSingleSegment: boolean,
): number | undefined {
  switch (sizeClass) {
    case 0:
      return isSingleSegment ? source.byte() : undefined;
    case 1:
      return source.littleEndian(2) + 256;
    case 2:
      return source.littleEndian(4);
    default:
      return source.littleEndian64();
  }
}

function* blocksIn(source: ByteSource, blockLimit: number): Generator<Block> {
  for (let isLast = false; !isLast;) {
    const header = source.littleEndian(3);
    isLast = (header & 1) === 1;
    const kind = (['raw', 'repeated', 'compressed'] as const)[(header >> 1) & 3];
    const size = header >> 3;
    if (kind === undefined || size > blockLimit)
      throw corrupt('a Zstandard block’s header is wrong');
    yield {
      kind,
      source: source.take(kind === 'repeated' ? 1 : size),
      outputBytes: kind === 'compressed' ? blockLimit : size,
    };
  }
}

function unpackFrame({ header, blocks }: Frame, output: BoundedOutput): void {
  const begin = output.position;
  const history = newHistory(begin);
  for (const { kind, source, outputBytes } of blocksIn(blocks, header.blockLimit)) {
    if (kind === 'raw') output.append(source.bytes, source.position, source.remaining);
    else if (kind === 'repeated') output.fill(source.byte(), outputBytes);
    else unpackBlock({ source, blockLimit: outputBytes, history, output });
  }
  if (output.position - begin !== (header.contentBytes ?? output.position - begin)) {
    throw corrupt('its Zstandard frame has another size than it says');
  }
}
