import { corrupt } from './codec.errors.js';

export type Codec = 'gzip' | 'snappy' | 'lz4' | 'zstd';

const CODEC_BITS = 0x07;
const CODECS: readonly (Codec | undefined)[] = [undefined, 'gzip', 'snappy', 'lz4', 'zstd'];

/** The codec that a batch's attributes name; undefined when its records are not compressed. */
export function codecOf(attributes: number): Codec | undefined {
  const id = attributes & CODEC_BITS;
  if (id >= CODECS.length) throw corrupt(`there is no codec ${id}`);
  return CODECS[id];
}
