import { corrupt } from './codec.errors.js';

/** Reads forward through the bytes from `position` to `end`. Asked for more than there is, it throws CorruptBatchError. */
export class ByteSource {
  constructor(
    readonly bytes: Buffer,
    public position = 0,
    readonly end = bytes.length,
  ) {}

  get remaining(): number {
    return this.end - this.position;
  }

  byte(): number {
    return this.bytes[this.skip(1)]!;
  }

  /** At most six bytes, the lowest first. */
  littleEndian(length: number): number {
    return this.bytes.readUIntLE(this.skip(length), length);
  }

  bigEndian(length: number): number {
    return this.bytes.readUIntBE(this.skip(length), length);
  }

  /** Eight bytes, the lowest first. Exact below 2^53, which is more than any limit. */
  littleEndian64(): number {
    const low = this.littleEndian(4);
    return low + this.littleEndian(4) * 2 ** 32;
  }

  /** Passes over the next bytes and returns where they begin. */
  skip(length: number): number {
    if (length > this.remaining) throw corrupt('it ends too early');
    const begin = this.position;
    this.position += length;
    return begin;
  }

  /** The next bytes as a source of their own. */
  take(length: number): ByteSource {
    const begin = this.skip(length);
    return new ByteSource(this.bytes, begin, begin + length);
  }
}
