import type { RecordOrigin } from '../../../record/index.js';
import { KeyCounts } from './key-counts.js';
import { MovedRecords } from './moved-records.js';

/**
 * The keys of one retry partition: of the records in its log that were not fetched yet, and of those that were and are
 * not settled. Of the log it keeps the last place of each key, so that it costs memory for keys
 * and not for records; what is deleted from the log unread counts as passed.
 */
export class LevelKeys {
  /** False until its backlog was read: until then nobody can say which keys are here. */
  isKnown = false;
  private readonly fetched = new KeyCounts();
  private readonly lastPlaces = new Map<string, number>();
  private readonly moved: MovedRecords;
  private nextOffset = 0;
  private highestPlace = -1;

  /** `source`: topic and partition of the records' source, as `topic-partition`. */
  constructor(source: string) {
    this.moved = new MovedRecords(source);
  }

  has(key: string): boolean {
    return this.fetched.has(key) || this.isAhead(key);
  }

  /** Whether that very record was found in the backlog. */
  hasMoved(origin: RecordOrigin): boolean {
    return this.moved.has(origin);
  }

  /** A record of that key stands there in the log. */
  place(key: string, offset: number): void {
    const known = this.lastPlaces.get(key) ?? -1;
    if (offset <= known || offset < this.nextOffset) return;
    this.lastPlaces.set(key, offset);
    this.highestPlace = Math.max(this.highestPlace, offset);
  }

  /** A record of the backlog. */
  found(key: string | null, offset: number, origin: RecordOrigin): void {
    this.moved.add(origin);
    if (key !== null) this.place(key, offset);
  }

  take(key: string, offset: number): void {
    this.fetched.add(key);
    if ((this.lastPlaces.get(key) ?? -1) <= offset) this.lastPlaces.delete(key);
  }

  settle(key: string): void {
    this.fetched.remove(key);
  }

  /** Everything below was fetched or is gone. */
  passTo(nextOffset: number): void {
    this.nextOffset = nextOffset;
    if (this.highestPlace < nextOffset) this.lastPlaces.clear();
  }

  /** The partition is not ours any more, or its log is another one. */
  forget(): void {
    this.isKnown = false;
    this.nextOffset = 0;
    this.highestPlace = -1;
    this.fetched.clear();
    this.lastPlaces.clear();
    this.moved.clear();
  }

  private isAhead(key: string): boolean {
    const last = this.lastPlaces.get(key);
    if (last === undefined) return false;
    if (last >= this.nextOffset) return true;
    this.lastPlaces.delete(key);
    return false;
  }
}
