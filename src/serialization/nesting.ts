const QUOTE = 0x22;
const BACKSLASH = 0x5c;
// A brace differs from its bracket in this one bit, so that one comparison finds both.
const BRACE_BIT = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/**
 * The byte at which JSON opens its container number `limit + 1` inside each other, or -1 when it never does. One pass
 * that reads nothing but quotes, backslashes, braces and brackets; the bytes need not be right JSON.
 */
export function findTooDeep(bytes: Uint8Array, limit: number): number {
  // Each container takes two bytes, so that shorter JSON is either shallow or incomplete.
  if (bytes.length < (limit + 1) * 2) return -1;
  let depth = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index]!;
    if (byte === QUOTE) {
      index = endOfString(bytes, index + 1);
    } else if ((byte | BRACE_BIT) === OPENING) {
      depth += 1;
      if (depth > limit) return index;
    } else if ((byte | BRACE_BIT) === CLOSING) {
      depth -= 1;
    }
  }
  return -1;
}

/** The index of the quote that ends the string; the length when none does. */
function endOfString(bytes: Uint8Array, start: number): number {
  let index = start;
  while (index < bytes.length && bytes[index] !== QUOTE) {
    index += bytes[index] === BACKSLASH ? 2 : 1;
  }
  return index;
}
