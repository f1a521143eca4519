import type { ObjectStore } from '../../../connections/object-storage/index.js';
import { unpack, type ObjectContent } from '../landing/index.js';
import {
  chainFolder,
  dayOf,
  dayOfFolder,
  OffsetRanges,
  parseFileName,
  type ChainPlace,
  type LogPlace,
} from '../domain/index.js';
import { decodeLine } from '../translation/index.js';

/** Something in the zone that must not be there as it is. */
export interface Fault {
  readonly kind:
    /** An offset stands in two objects, or twice in one. */
    | 'overlap'
    /** The object, or one line of it, cannot be read back. */
    | 'unreadable'
    /** A record stands in the object of another day, partition or topic, or the object's name is not its first record's. */
    | 'misplaced';
  readonly object: string;
  readonly offset?: number;
}

/** What stands in the zone of one partition. */
export interface ZoneContent {
  readonly objects: number;
  readonly records: number;
  readonly landed: OffsetRanges;
  readonly faults: readonly Fault[];
}

interface NamedObject {
  /** Its whole name. */
  readonly object: string;
  readonly place: ChainPlace;
  readonly first: number;
}

/** Reads every object of a partition and judges it by its records. */
export async function readZone(
  store: ObjectStore,
  place: LogPlace,
  signal: AbortSignal,
): Promise<ZoneContent> {
  const landed = new OffsetRanges();
  const faults: Fault[] = [];
  let objects = 0;
  let records = 0;
  for await (const named of objectsOf(store, place)) {
    signal.throwIfAborted();
    objects += 1;
    const content = await readObject(store, named.object);
    records += content?.count ?? 0;
    faults.push(...judge(named, content, landed));
  }
  return { objects, records, landed, faults };
}

async function* objectsOf(store: ObjectStore, log: LogPlace): AsyncGenerator<NamedObject> {
  for (const dayFolder of await store.folders(log.topic)) {
    const day = dayOfFolder(dayFolder);
    if (day === undefined) continue;
    const place = { ...log, day };
    const folder = chainFolder(place);
    for (const fileName of await store.list(folder)) {
      const name = parseFileName(log, fileName);
      if (name !== undefined) yield { object: `${folder}/${fileName}`, place, first: name.first };
    }
  }
}

/** Adds the object's offsets to those that are landed. */
function judge(
  { object, place, first }: NamedObject,
  content: ObjectContent | undefined,
  landed: OffsetRanges,
): Fault[] {
  if (content === undefined) return [{ kind: 'unreadable', object }];
  const faults: Fault[] = [];
  if (content.count !== content.lines.size) faults.push({ kind: 'overlap', object });
  if (content.offsets.first !== first) faults.push({ kind: 'misplaced', object });
  for (const [offset, line] of content.lines) {
    if (!landed.add(offset)) faults.push({ kind: 'overlap', object, offset });
    const kind = faultOf(line, place);
    if (kind !== undefined) faults.push({ kind, object, offset });
  }
  return faults;
}

async function readObject(store: ObjectStore, object: string): Promise<ObjectContent | undefined> {
  const packed = await store.read(object);
  if (packed === undefined) return undefined;
  try {
    return await unpack(packed);
  } catch {
    // Whatever is wrong with its bytes: it holds no records for a reader.
    return undefined;
  }
}

function faultOf(line: Buffer, place: ChainPlace): 'misplaced' | 'unreadable' | undefined {
  try {
    const { topic, partition, timestamp } = decodeLine(line);
    const isInPlace =
      topic === place.topic && partition === place.partition && dayOf(timestamp) === place.day;
    return isInPlace ? undefined : 'misplaced';
  } catch {
    // It begins like a line of ours and does not go on like one.
    return 'unreadable';
  }
}
