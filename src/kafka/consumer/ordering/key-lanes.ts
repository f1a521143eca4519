/** What a lane links together. `laneKey` null means: ordered with nobody. */
export interface LaneEntry<Entry> {
  readonly laneKey: string | null;
  nextInLane: Entry | undefined;
}

/**
 * The lanes of one partition: entries with the same key follow one another, entries of different keys do not wait for
 * each other. Guarantees that of one key at most one entry is out at any time, in the order in which they came. It
 * decides who may run, not when.
 */
export class KeyLanes<Entry extends LaneEntry<Entry>> {
  private readonly tails = new Map<string, Entry>();

  /** The number of keys that have an entry out or waiting. */
  get size(): number {
    return this.tails.size;
  }

  /** Adds an entry behind its key's others. True when it is at the head and may run. */
  enqueue(entry: Entry): boolean {
    if (entry.laneKey === null) return true;
    const tail = this.tails.get(entry.laneKey);
    this.tails.set(entry.laneKey, entry);
    if (tail === undefined) return true;
    tail.nextInLane = entry;
    return false;
  }

  /** Ends the entry at the head of its lane and gives the one that is now at the head, if any. */
  release(entry: Entry): Entry | undefined {
    if (entry.laneKey === null) return undefined;
    const next = entry.nextInLane;
    if (next === undefined) this.tails.delete(entry.laneKey);
    entry.nextInLane = undefined;
    return next;
  }
}
