const ISO_8601 =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)$/;

/**
 * The microseconds since 1970 that an ISO 8601 date and time with `Z` or an offset says, or undefined when it is not
 * one or its day does not exist. What is finer than a microsecond is cut off, not rounded.
 */
export function parseInstant(text: unknown): bigint | undefined {
  const parts = typeof text === 'string' ? ISO_8601.exec(text) : null;
  if (parts === null) return undefined;
  const [year, month, day, hour, minute] = parts.slice(1, 6).map(Number) as Five;
  const second = Number(parts[6] ?? 0);
  const offset = offsetMinutes(parts[8]!);
  if (hour > 23 || minute > 59 || second > 59 || offset === undefined) return undefined;
  const midnight = dayStart(year, month, day);
  if (midnight === undefined) return undefined;
  const milliseconds = midnight + ((hour * 60 + minute - offset) * 60 + second) * 1000;
  const microseconds = (parts[7] ?? '').slice(0, 6).padEnd(6, '0');
  return BigInt(milliseconds) * 1000n + BigInt(microseconds);
}

type Five = [number, number, number, number, number];

function dayStart(year: number, month: number, day: number): number | undefined {
  // Not Date.UTC, which takes the years 0 to 99 for the twentieth century.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.getTime() : undefined;
}

/** The largest offsets in use are 14 hours; further out there is only a mistake. */
function offsetMinutes(text: string): number | undefined {
  if (text === 'Z') return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(3).replace(':', '') || 0)];
  const offset = hours * 60 + minutes;
  if (minutes > 59 || offset > 14 * 60) return undefined;
  return text.startsWith('-') ? -offset : offset;
}
