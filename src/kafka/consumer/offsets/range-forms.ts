import type { SettledRanges } from './settled-ranges.js';
import { readVarint, writeVarint } from './varint.js';

/** Ranges as bytes. What did not fit is missing at the far end: everything below `end` is told, nothing above. */
export interface EncodedRanges {
  readonly bytes: Uint8Array;
  readonly end: number;
}

/** Two ways to write ranges above a base; all offsets are told by their distance from it. */
export interface RangeForm {
  encode(base: number, ranges: SettledRanges, room: number): EncodedRanges;
  /** Undefined for bytes that `encode` does not write. */
  decode(base: number, bytes: Uint8Array): SettledRanges | undefined;
}

/** The lengths of the runs as varints, in turn unsettled and settled, from the base on. Short for long runs. */
export const RUN_LENGTHS: RangeForm = {
  encode(base, ranges, room) {
    const bytes: number[] = [];
    let [end, written] = [base, 0];
    for (let index = 0; index < ranges.length; index += 2) {
      writeVarint(bytes, ranges[index]! - end);
      writeVarint(bytes, ranges[index + 1]! - ranges[index]!);
      if (bytes.length > room) break;
      end = ranges[index + 1]!;
      written = bytes.length;
    }
    return { bytes: Uint8Array.from(bytes.slice(0, written)), end };
  },

  decode(base, bytes) {
    const ranges: number[] = [];
    let [end, at] = [base, 0];
    while (at < bytes.length) {
      const run = readVarint(bytes, at);
      // Only what is settled from the base on begins with no run at all.
      if (run === undefined || (run.value === 0 && at > 0)) return undefined;
      end += run.value;
      at = run.next;
      ranges.push(end);
    }
    const isWhole = ranges.length > 0 && ranges.length % 2 === 0 && Number.isSafeInteger(end);
    return isWhole ? ranges : undefined;
  },
};

/** A bit for each offset from the base on, set where it is settled, the lowest bit of a byte first. */
export const BITMAP: RangeForm = {
  encode(base, ranges, room) {
    const end = Math.min(ranges[ranges.length - 1] ?? base, base + room * 8);
    const bytes = new Uint8Array(Math.ceil((end - base) / 8));
    for (let index = 0; index < ranges.length && ranges[index]! < end; index += 2) {
      const to = Math.min(ranges[index + 1]!, end) - base;
      for (let bit = ranges[index]! - base; bit < to; bit += 1) bytes[bit >>> 3]! |= 1 << (bit & 7);
    }
    return { bytes, end };
  },

  decode(base, bytes) {
    const ranges: number[] = [];
    let isOpen = false;
    for (let bit = 0; bit <= bytes.length * 8; bit += 1) {
      const isSet = ((bytes[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0;
      if (isSet !== isOpen) ranges.push(base + bit);
      isOpen = isSet;
    }
    return ranges.length > 0 && Number.isSafeInteger(ranges[ranges.length - 1])
      ? ranges
      : undefined;
  },
};
