import Big from 'big.js';

/** From the first byte to the one behind the last. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
// A number as long as this has too few digits to be misread, unless it has an exponent.
const SAFE_LENGTH = 15;

/**
 * Where right JSON has numbers that `JSON.parse` reads as other ones: with more digits than a double can tell apart, or
 * so near to zero or so large that none is left. Numbers in strings are none. One pass over the bytes; only numbers that
 * are long or have an exponent are looked at closely.
 */
export function misreadNumbers(json: Buffer): readonly Place[] {
  const found: Place[] = [];
  for (let index = 0; index < json.length; index += 1) {
    const byte = json[index]!;
    if (byte === QUOTE) {
      index = endOfString(json, index + 1);
    } else if (isDigit(byte) || byte === MINUS) {
      const end = endOfNumber(json, index + 1);
      if (isMisread(json, index, end)) found.push({ start: index, end });
      index = end - 1;
    }
  }
  return found;
}

/**
 * The same JSON, parsed, with null in place of every number that would be read as another one; undefined when there is
 * none. So a field of a contract that may not be null tells by it that it was misread, repeated names included.
 */
export function withoutMisreadNumbers(json: Buffer): unknown {
  const places = misreadNumbers(json);
  if (places.length === 0) return undefined;
  const parts: string[] = [];
  let position = json.indexOf('{');
  for (const { start, end } of places) {
    parts.push(json.toString('latin1', position, start), 'null');
    position = end;
  }
  parts.push(json.toString('latin1', position));
  // One character for each byte: texts are garbled, but they are not looked at, and no name of a field is made of them.
  return JSON.parse(parts.join(''));
}

/**
 * The first of these fields whose value is written as a number that was read as another one, or undefined. For a flat
 * contract that is kept otherwise, so that none of them may be null.
 */
export function misreadField(json: Buffer | null, fields: readonly string[]): string | undefined {
  const gapped = json === null ? undefined : withoutMisreadNumbers(json);
  if (gapped === undefined) return undefined;
  return fields.find((field) => (gapped as Record<string, unknown>)[field] === null);
}

/** The index of the quote that ends the string. */
function endOfString(json: Buffer, start: number): number {
  let index = start;
  while (index < json.length && json[index] !== QUOTE) {
    index += json[index] === BACKSLASH ? 2 : 1;
  }
  return index;
}

function endOfNumber(json: Buffer, start: number): number {
  let index = start;
  while (index < json.length && isOfNumber(json[index]!)) index += 1;
  return index;
}

function isMisread(json: Buffer, start: number, end: number): boolean {
  if (end - start <= SAFE_LENGTH && !hasExponent(json, start, end)) return false;
  const written = json.toString('latin1', start, end);
  const read = Number(written);
  return !Number.isFinite(read) || !new Big(written).eq(String(read));
}

function hasExponent(json: Buffer, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    if (isExponentMark(json[index]!)) return true;
  }
  return false;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isOfNumber(byte: number): boolean {
  return isDigit(byte) || byte === 0x2e || byte === 0x2b || byte === MINUS || isExponentMark(byte);
}

function isExponentMark(byte: number): boolean {
  return (byte | 0x20) === 0x65;
}
