import type { OffsetRange, OffsetRanges } from './offset-ranges.js';

/** Why an offset does not stand in the zone, although it should. */
export type GapReason =
  /** A dead letter of the group says so. */
  | 'dead letter'
  /** The log has no record there for its readers: a transaction marker, an aborted one, or one compacted away. */
  | 'no record'
  /** The log does not reach back so far: nobody can tell any more. */
  | 'before the log'
  /** The log has a record there. Nothing explains that it is not landed. */
  | 'missing';

export interface Gap extends OffsetRange {
  readonly reason: GapReason;
}

/** What the log says of the offsets that are not landed. */
export interface LogTestimony {
  /** The first offset that it still has. */
  readonly start: number;
  /** Those offsets at which it has records. */
  readonly present: OffsetRanges;
}

/** The parts of a range, both ends included, that are not landed. */
export function notLanded(landed: OffsetRanges, range: OffsetRange): readonly OffsetRange[] {
  const parts: OffsetRange[] = [];
  let next = range.first;
  for (const { first, last } of landed.toArray()) {
    if (last < next) continue;
    if (first > range.last) break;
    if (first > next) parts.push({ first: next, last: first - 1 });
    next = last + 1;
  }
  if (next <= range.last) parts.push({ first: next, last: range.last });
  return parts;
}

/** Says of each offset that is not landed why, neighbours of one reason together. */
export function explain(
  parts: readonly OffsetRange[],
  log: LogTestimony,
  deadLetters: OffsetRanges,
): readonly Gap[] {
  const gaps: { first: number; last: number; reason: GapReason }[] = [];
  for (const { first, last } of parts) {
    for (let offset = first; offset <= last; offset += 1) {
      const reason = reasonOf(offset, log, deadLetters);
      const before = gaps.at(-1);
      if (before?.reason === reason && before.last === offset - 1) before.last = offset;
      else gaps.push({ first: offset, last: offset, reason });
    }
  }
  return gaps;
}

function reasonOf(offset: number, log: LogTestimony, deadLetters: OffsetRanges): GapReason {
  if (deadLetters.has(offset)) return 'dead letter';
  if (offset < log.start) return 'before the log';
  return log.present.has(offset) ? 'missing' : 'no record';
}
