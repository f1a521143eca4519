/** Appends a whole number in groups of seven bits, the lowest first; the high bit says that more follow. */
export function writeVarint(bytes: number[], value: number): void {
  let rest = value;
  // Offsets pass 32 bits, so this divides where others shift.
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

/** The number at a place and the place behind it; undefined when it is cut off or no safe integer. */
export function readVarint(
  bytes: Uint8Array,
  at: number,
): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  let scale = 1;
  for (let index = at; index < bytes.length; index += 1) {
    const byte = bytes[index]!;
    value += (byte % 128) * scale;
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
    if (byte < 128) return { value, next: index + 1 };
    scale *= 128;
  }
  return undefined;
}
