import { BoundedOutput } from './bounded-output.js';
import { ByteSource } from './byte-source.js';
import { corrupt, oversized } from './codec.errors.js';

/** Frames that hold something else; LZ4 and Zstandard share their magic numbers (RFC 8878, 3.1.2). */
const SKIPPABLE_MAGIC = 0x184d2a50;

/** A format whose bytes are frames of blocks: LZ4 and Zstandard. */
export interface FramedFormat<Header extends { readonly contentBytes: number | undefined }> {
  /** For errors. */
  readonly name: string;
  readonly magic: number;
  headerFrom(source: ByteSource): Header;
  /** Walks over a frame's blocks and what follows them, and tells how much they may unpack to. */
  skipBlocks(source: ByteSource, header: Header): number;
  /** `blocks` begins with the first block. Walked through again and never listed, since a block may be three bytes. */
  unpackBlocks(blocks: ByteSource, header: Header, output: BoundedOutput): void;
}

interface Frame<Header> {
  readonly header: Header;
  readonly blocks: ByteSource;
  readonly mostBytes: number;
}

/** Unpacks every frame of the input, once it is known that what they promise stays within the limit. */
export function unpackFrames<Header extends { readonly contentBytes: number | undefined }>(
  input: Buffer,
  limitBytes: number,
  format: FramedFormat<Header>,
): Buffer {
  const source = new ByteSource(input);
  const frames: Frame<Header>[] = [];
  do {
    const frame = nextFrame(source, format);
    if (frame !== undefined) frames.push(frame);
  } while (source.remaining > 0);
  const promised = frames.reduce((sum, { header }) => sum + (header.contentBytes ?? 0), 0);
  if (promised > limitBytes) throw oversized(limitBytes);
  const mostBytes = frames.reduce((sum, frame) => sum + frame.mostBytes, 0);
  const output = new BoundedOutput(mostBytes, limitBytes);
  for (const { header, blocks } of frames) {
    const begin = output.position;
    format.unpackBlocks(blocks, header, output);
    if (output.position - begin !== (header.contentBytes ?? output.position - begin)) {
      throw corrupt(`its ${format.name} frame has another size than it says`);
    }
  }
  return output.finish();
}

/** The next frame; undefined for one that holds something else. */
function nextFrame<Header extends { readonly contentBytes: number | undefined }>(
  source: ByteSource,
  format: FramedFormat<Header>,
): Frame<Header> | undefined {
  const magic = source.littleEndian(4);
  if ((magic & 0xfffffff0) === SKIPPABLE_MAGIC) {
    source.skip(source.littleEndian(4));
    return undefined;
  }
  if (magic !== format.magic) throw corrupt(`it is no ${format.name} frame`);
  const header = format.headerFrom(source);
  const begin = source.position;
  const mostBytes = format.skipBlocks(source, header);
  const blocks = new ByteSource(source.bytes, begin, source.end);
  return { header, blocks, mostBytes: Math.min(mostBytes, header.contentBytes ?? mostBytes) };
}
