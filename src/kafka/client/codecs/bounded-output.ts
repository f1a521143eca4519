import { corrupt, oversized } from './codec.errors.js';

/** Up to here a loop is faster than a call into the runtime. */
const SHORT = 48;

/**
 * The unpacked bytes, which are also the history that matches point into. It is allocated once, for the most that the
 * headers allow and never more than the limit, and of that the system gives only the pages that are written to.
 */
export class BoundedOutput {
  readonly bytes: Buffer;
  position = 0;

  constructor(
    mostBytes: number,
    private readonly limitBytes: number,
  ) {
    this.bytes = Buffer.allocUnsafeSlow(Math.min(mostBytes, limitBytes));
  }

  append(source: Buffer, begin: number, length: number): void {
    const { bytes, position } = this;
    this.claim(length);
    if (length > SHORT) {
      source.copy(bytes, position, begin, begin + length);
      return;
    }
    for (let index = 0; index < length; index += 1)
      bytes[position + index] = source[begin + index]!;
  }

  fill(byte: number, length: number): void {
    const { bytes, position } = this;
    this.claim(length);
    bytes.fill(byte, position, position + length);
  }

  /** Repeats what stands `distance` back; it may run into what it writes, but not begin before `floor`. */
  repeat(distance: number, length: number, floor: number): void {
    const { bytes, position } = this;
    const from = position - distance;
    if (distance < 1 || from < floor) throw corrupt('it refers to bytes before its beginning');
    this.claim(length);
    if (length <= SHORT) {
      for (let index = 0; index < length; index += 1)
        bytes[position + index] = bytes[from + index]!;
      return;
    }
    const end = position + length;
    // Each round doubles what there is to copy from.
    for (let at = position; at < end;) {
      const count = Math.min(at - from, end - at);
      bytes.copyWithin(at, from, from + count);
      at += count;
    }
  }

  /** What has been written. Much smaller than the allocation, it is copied, so that its records do not hold that. */
  finish(): Buffer {
    const written = this.bytes.subarray(0, this.position);
    return written.length * 2 < this.bytes.length ? Buffer.from(written) : written;
  }

  private claim(length: number): void {
    const end = this.position + length;
    if (end > this.bytes.length) {
      throw end > this.limitBytes
        ? oversized(this.limitBytes)
        : corrupt('it holds more than its headers say');
    }
    this.position = end;
  }
}
