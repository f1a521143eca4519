import { corrupt } from '../codec.errors.js';

/**
 * A stream of bits that is read from its end, below the mark in its last byte, to its beginning. Behind the beginning
 * stand zeros, and `remaining` becomes negative.
 */
export class ReverseBits {
  remaining: number;

  constructor(
    private readonly bytes: Buffer,
    private readonly begin: number,
    end: number,
  ) {
    const last = end > begin ? bytes[end - 1]! : 0;
    if (last === 0) throw corrupt('a bit stream has no end mark');
    this.remaining = (end - begin - 1) * 8 + 31 - Math.clz32(last);
  }

  /** At most 25 bits. */
  read(count: number): number {
    const value = this.peek(count);
    this.remaining -= count;
    return value;
  }

  /** The next bits, which stay to be read; at most 25. */
  peek(count: number): number {
    const mask = (1 << count) - 1;
    const from = this.remaining - count;
    if (from >= 0) return (this.fourBytes(from >> 3) >>> (from & 7)) & mask;
    return from <= -count ? 0 : (this.fourBytes(0) << -from) & mask;
  }

  /** Those after the stream are cut off by every caller's mask. */
  private fourBytes(index: number): number {
    const { bytes } = this;
    const at = this.begin + index;
    return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  }
}
