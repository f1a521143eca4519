import type { RecordHeader } from '../../record/index.js';

const MOST_BYTES = 8;

/** The bytes of the last header of that name. */
export function lastValue(headers: readonly RecordHeader[], name: string): Buffer | undefined {
  return headers.findLast(([found, value]) => found === name && value !== null)?.[1] ?? undefined;
}

/** The bytes of the first header of that name. */
export function firstValue(headers: readonly RecordHeader[], name: string): Buffer | undefined {
  return headers.find(([found, value]) => found === name && value !== null)?.[1] ?? undefined;
}

/** A whole number written in digits; undefined for anything else. */
export function fromDigits(value: Buffer): number | undefined {
  const text = value.toString('latin1');
  return /^-?\d{1,19}$/.test(text) ? Number(text) : undefined;
}

/** A signed big-endian integer of one to eight bytes: Java's int and long, and BigInteger, which writes no more than it needs. */
export function fromBytes(value: Buffer): number | undefined {
  if (value.length === 0 || value.length > MOST_BYTES) return undefined;
  const number = BigInt.asIntN(value.length * 8, BigInt(`0x${value.toString('hex')}`));
  return Number(number);
}
