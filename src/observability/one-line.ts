const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;
const CREDENTIALS = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@]{1,512}@/gi;

/**
 * The text on one line and within `maxBytes` of UTF-8: runs of control characters, line separators and direction marks
 * become one blank, credentials in URLs become stars, and no character is cut in two.
 */
export function oneLine(text: string, maxBytes: number): string {
  // A character takes a byte at least. What is beyond twice the limit could stay only behind a lot of control characters.
  const bounded = text.length > maxBytes * 2 ? text.slice(0, maxBytes * 2) : text;
  return cutToBytes(bounded.replace(CONTROL, ' ').replace(CREDENTIALS, '$1***@').trim(), maxBytes);
}

/** The longest beginning of the text that takes at most `maxBytes` in UTF-8, ending between two characters. */
export function cutToBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text, 'utf8');
  let end = Math.min(maxBytes, bytes.length);
  while (end > 0 && end < bytes.length && isContinuation(bytes[end]!)) end -= 1;
  return bytes.toString('utf8', 0, end);
}

function isContinuation(byte: number): boolean {
  return (byte & 0b1100_0000) === 0b1000_0000;
}
