/** One partition of one topic. */
export interface LogPlace {
  readonly topic: string;
  readonly partition: number;
}

/** Where the records of one partition and one day stand. `day` is `YYYY-MM-DD` in UTC, or `unknown`. */
export interface ChainPlace extends LogPlace {
  readonly day: string;
}

/**
 * `chain`: an object with records one behind the other, as they were read. `single`: one record that came beside its
 * order, because it was redriven, or because what stands around it was landed without it.
 */
export type ObjectKind = 'chain' | 'single';

/** What an object's file name says. */
export interface ObjectName {
  readonly kind: ObjectKind;
  /** Its first record's offset. */
  readonly first: number;
}

export const UNKNOWN_DAY = 'unknown';
const LAST_MILLISECOND = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const OFFSET_DIGITS = 20;
const SUFFIXES: Readonly<Record<ObjectKind, string>> = {
  chain: '.ndjson.gz',
  single: '.single.ndjson.gz',
};
const OFFSET_AND_SUFFIX = /^(\d{20})(\.single)?\.ndjson\.gz$/;
const DAY_FOLDER = /^dt=(\d{4}-\d{2}-\d{2}|unknown)$/;

/** The UTC day of a record's timestamp (epoch ms); `unknown` for one that is no moment between 1970 and 9999. */
export function dayOf(timestamp: number): string {
  if (!(timestamp >= 0 && timestamp <= LAST_MILLISECOND)) return UNKNOWN_DAY;
  return new Date(timestamp).toISOString().slice(0, 10);
}

export function chainFolder({ topic, partition, day }: ChainPlace): string {
  return `${topic}/dt=${day}/partition=${partition}`;
}

/** The day that a folder of a topic is for; undefined for a folder of something else. */
export function dayOfFolder(name: string): string | undefined {
  return DAY_FOLDER.exec(name)?.[1];
}

/** The object's name within its folder. */
export function fileNameOf(place: LogPlace, { first, kind }: ObjectName): string {
  return `${prefixOf(place)}${String(first).padStart(OFFSET_DIGITS, '0')}${SUFFIXES[kind]}`;
}

/** Undefined for whatever is no object of that partition. */
export function parseFileName(place: LogPlace, fileName: string): ObjectName | undefined {
  const prefix = prefixOf(place);
  if (!fileName.startsWith(prefix)) return undefined;
  const found = OFFSET_AND_SUFFIX.exec(fileName.slice(prefix.length));
  const first = Number(found?.[1]);
  if (found === null || !Number.isSafeInteger(first)) return undefined;
  return { first, kind: found[2] === undefined ? 'chain' : 'single' };
}

function prefixOf({ topic, partition }: LogPlace): string {
  return `${topic}+${partition}+`;
}
