import type { BoundedOutput } from '../bounded-output.js';
import type { ByteSource } from '../byte-source.js';
import { corrupt } from '../codec.errors.js';
import { unpackFrames, type FramedFormat } from '../framed-format.js';
import { unpackBlock } from './block.js';
import { newHistory } from './history.js';

const LARGEST_BLOCK = 128 * 1024;

interface FrameHeader {
  readonly blockLimit: number;
  readonly contentBytes: number | undefined;
  readonly hasChecksum: boolean;
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
  return unpackFrames(input, limitBytes, ZSTANDARD);
}

const ZSTANDARD: FramedFormat<FrameHeader> = {
  name: 'Zstandard',
  magic: 0xfd2fb528,
  headerFrom,
  skipBlocks(source, header) {
    let mostBytes = 0;
    for (const block of blocksIn(source, header.blockLimit)) mostBytes += block.outputBytes;
    if (header.hasChecksum) source.skip(4);
    return mostBytes;
  },
  unpackBlocks,
};

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

function unpackBlocks(blocks: ByteSource, header: FrameHeader, output: BoundedOutput): void {
  const history = newHistory(output.position);
  for (const { kind, source, outputBytes } of blocksIn(blocks, header.blockLimit)) {
    if (kind === 'raw') output.append(source.bytes, source.position, source.remaining);
    else if (kind === 'repeated') output.fill(source.byte(), outputBytes);
    else unpackBlock({ source, blockLimit: outputBytes, history, output });
  }
}
