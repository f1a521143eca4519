import { createHash } from 'node:crypto';
import { BITMAP, RUN_LENGTHS, type RangeForm } from './range-forms.js';
import type { SettledRanges } from './settled-ranges.js';
import { readVarint, writeVarint } from './varint.js';

/** What a broker takes as the metadata of one offset unless it is told otherwise (`offset.metadata.max.bytes`). */
export const METADATA_LIMIT = 4_096;

const MAGIC = 'millrace1:';
const CHECKSUM_BYTES = 4;
const BYTES_LIMIT = Math.floor((METADATA_LIMIT - MAGIC.length) / 4) * 3;
const FORMS: readonly RangeForm[] = [RUN_LENGTHS, BITMAP];

/** Where a map belongs. Its text is worth nothing at another place. */
export interface AheadPlace {
  /** Topic and partition, as `topic-partition`. */
  readonly partition: string;
  /** The committed offset, the lowest that is not settled. */
  readonly base: number;
}

export interface ToldAhead {
  readonly metadata: string;
  readonly isComplete: boolean;
}

/**
 * The offsets above a commit that are settled already, as the commit's metadata: text of at most `METADATA_LIMIT`
 * bytes, in the form that tells most in fewest bytes. What does not fit is left out from the far end, so that it is
 * handled again after a crash and never skipped. Empty when there is nothing to tell.
 */
export function encodeCompletedAhead(place: AheadPlace, settled: SettledRanges): string {
  return tellCompletedAhead(place, settled).metadata;
}

/** The same, with whether nothing had to be left out. */
export function tellCompletedAhead(place: AheadPlace, settled: SettledRanges): ToldAhead {
  const end = settled[settled.length - 1] ?? place.base;
  const base: number[] = [];
  writeVarint(base, place.base);
  const room = BYTES_LIMIT - CHECKSUM_BYTES - base.length - 1;
  const [first, ...others] = FORMS.map((form, id) => ({
    id,
    ...form.encode(place.base, settled, room),
  }));
  const best = others.reduce((chosen, form) => {
    const isBetter =
      form.end > chosen.end || (form.end === chosen.end && form.bytes.length < chosen.bytes.length);
    return isBetter ? form : chosen;
  }, first!);
  const isComplete = best.end === end;
  if (best.end === place.base) return { metadata: '', isComplete };
  const bytes = Buffer.concat([Buffer.from([best.id, ...base]), best.bytes]);
  const checked = Buffer.concat([bytes, checksumOf(place.partition, bytes)]);
  return { metadata: MAGIC + checked.toString('base64'), isComplete };
}

/**
 * Reads what `encodeCompletedAhead` wrote for the same place. Undefined for anything else: none, another program's,
 * another version's, cut, damaged, of another partition or of another offset. Never throws.
 */
export function decodeCompletedAhead(
  place: AheadPlace,
  text: string | null | undefined,
): SettledRanges | undefined {
  if (!text?.startsWith(MAGIC) || text.length > METADATA_LIMIT) return undefined;
  const encoded = text.slice(MAGIC.length);
  const all = Buffer.from(encoded, 'base64');
  // Buffer reads past what is no base64; we wrote none of that.
  if (all.length <= CHECKSUM_BYTES || all.toString('base64') !== encoded) return undefined;
  const bytes = all.subarray(0, -CHECKSUM_BYTES);
  const checksum = all.subarray(-CHECKSUM_BYTES);
  if (!checksumOf(place.partition, bytes).equals(checksum)) return undefined;
  const base = readVarint(bytes, 1);
  if (base?.value !== place.base) return undefined;
  return FORMS[bytes[0]!]?.decode(place.base, bytes.subarray(base.next));
}

/** Against damage and mix-ups, not against forgery: who may commit may as well commit any offset. */
function checksumOf(partition: string, bytes: Uint8Array): Buffer {
  const hash = createHash('sha256').update(partition).update('\n').update(bytes);
  return hash.digest().subarray(0, CHECKSUM_BYTES);
}
