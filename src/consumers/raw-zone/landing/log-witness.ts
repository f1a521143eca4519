import type { ObjectStore } from '../../../connections/object-storage/index.js';
import type { KafkaRecord } from '../../../record/index.js';
import {
  chainFolder,
  dayOfFolder,
  fileNameOf,
  parseFileName,
  type ChainPlace,
  type LogPlace,
} from '../domain/index.js';
import { encodeLine, holdSameRecord } from '../translation/index.js';
import { anotherLog, unreadable } from './zone-alarm.js';
import { unpack } from './zone-object.js';

/** Looks into the log that is read, beside the reading of it. */
export abstract class LogReader {
  /** `behind the end`: the log never had that offset. `gone`: it had, and the record is deleted. */
  abstract recordAt(
    place: LogPlace,
    offset: number,
  ): Promise<KafkaRecord | 'behind the end' | 'gone'>;
}

/** The object of a partition that begins last, of all days. */
interface LastObject extends ChainPlace {
  readonly first: number;
}

/**
 * Tells whether the log that is read is the one that stands in the zone. A topic that was deleted and made again has the
 * same offsets with other records; on days that it has not been landed for, nothing else would notice. Asked when a
 * partition begins, and only where the zone is ahead of where it begins: then the record at the beginning of the zone's
 * last object is read from the log and compared.
 */
export class LogWitness {
  constructor(
    private readonly store: ObjectStore,
    private readonly log: LogReader,
  ) {}

  /** Rejects when the zone holds another log. `offset`: where the reading of the partition begins. */
  async testify(place: LogPlace, offset: number): Promise<void> {
    const last = await this.lastObject(place);
    if (last === undefined || last.first < offset) return;
    const name = `${chainFolder(last)}/${fileNameOf(place, { kind: 'chain', first: last.first })}`;
    const record = await this.log.recordAt(place, last.first);
    if (record === 'behind the end') throw anotherLog(place, name);
    if (record === 'gone') return;
    const landed = await this.firstLine(name, last.first);
    if (landed !== undefined && !holdSameRecord(landed, encodeLine(record)))
      throw anotherLog(place, name);
  }

  private async lastObject(place: LogPlace): Promise<LastObject | undefined> {
    let last: LastObject | undefined;
    for (const folder of await this.store.folders(place.topic)) {
      const day = dayOfFolder(folder);
      if (day === undefined) continue;
      const first = await this.lastFirst({ ...place, day });
      if (first !== undefined && first > (last?.first ?? -1)) last = { ...place, day, first };
    }
    return last;
  }

  private async lastFirst(place: ChainPlace): Promise<number | undefined> {
    const names = await this.store.list(chainFolder(place));
    const found = names.flatMap((name) => parseFileName(place, name) ?? []);
    return found.findLast(({ kind }) => kind === 'chain')?.first;
  }

  private async firstLine(name: string, offset: number): Promise<Buffer | undefined> {
    const packed = await this.store.read(name);
    if (packed === undefined) return undefined;
    const content = await unpack(packed).catch((error: unknown) => {
      throw unreadable(name, error);
    });
    return content.lines.get(offset);
  }
}
