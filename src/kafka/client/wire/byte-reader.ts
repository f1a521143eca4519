/** The bytes end before what they announce. */
export class TruncatedBytesError extends Error {}

/**
 * Reads Kafka's primitive types from a buffer, one after the other (Kafka protocol guide, "Protocol Primitive Types").
 * Whole numbers are exact up to 2^53. Byte ranges are views, not copies.
 */
export class ByteReader {
  constructor(
    private readonly buffer: Buffer,
    private position = 0,
  ) {}

  get remaining(): number {
    return this.buffer.length - this.position;
  }

  int8(): number {
    return this.buffer.readInt8(this.advance(1));
  }

  int16(): number {
    return this.buffer.readInt16BE(this.advance(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.advance(4));
  }

  int64(): number {
    const at = this.advance(8);
    return this.buffer.readInt32BE(at) * 0x1_0000_0000 + this.buffer.readUInt32BE(at + 4);
  }

  /** Zigzag-encoded, of variable length; up to 53 bits. */
  varint(): number {
    const value = this.uvarint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Of variable length; up to 53 bits. */
  uvarint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.buffer[this.advance(1)]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
      factor *= 0x80;
      if (factor > 2 ** 63) throw new TruncatedBytesError('a variable-length number does not end');
    }
    return value;
  }

  bytes(length: number): Buffer {
    const from = this.advance(length);
    return this.buffer.subarray(from, from + length);
  }

  /** A negative length is null. */
  nullableBytes(length: number): Buffer | null {
    return length < 0 ? null : this.bytes(length);
  }

  text(length: number): string {
    const from = this.advance(length);
    return this.buffer.toString('utf8', from, from + length);
  }

  skip(length: number): void {
    this.advance(length);
  }

  private advance(length: number): number {
    const from = this.position;
    if (length < 0 || from + length > this.buffer.length) {
      throw new TruncatedBytesError(`${length} bytes wanted, ${this.buffer.length - from} left`);
    }
    this.position = from + length;
    return from;
  }
}
