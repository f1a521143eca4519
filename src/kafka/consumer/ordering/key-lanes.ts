import { Fifo } from './fifo.js';

/** What a lane links together. `laneKey` null means: ordered with nobody. */
export interface LaneEntry<Entry> {
  readonly laneKey: string | null;
  /** Above 0 it is older than what waits with 0: it goes before that. */
  readonly level: number;
  /** False once nothing is to become of it: it is passed over. */
  readonly isLive: boolean;
  nextInLane: Entry | undefined;
}

/**
 * The lanes of one partition, and of the retry and redrive partitions that belong to it: entries with the same key follow
 * one another, entries of different keys do not wait for each other. Guarantees that of one key at most one entry is out
 * at any time; those of level 0 in the order in which they came, and before them those of higher levels, the highest
 * first. It decides who may run, not when.
 */
export class KeyLanes<Entry extends LaneEntry<Entry>> {
  private readonly tails = new Map<string, Entry>();
  /** Those of higher levels that wait, by key and level. */
  private readonly retried = new Map<string, Fifo<Entry>[]>();

  /** The number of keys that have an entry out or waiting. */
  get size(): number {
    return this.tails.size;
  }

  /** Adds an entry behind its key's others. True when it is at the head and may run. */
  enqueue(entry: Entry): boolean {
    const { laneKey } = entry;
    if (laneKey === null) return true;
    const tail = this.tails.get(laneKey);
    if (tail !== undefined && entry.level > 0) {
      this.enqueueRetried(laneKey, entry);
      return false;
    }
    this.tails.set(laneKey, entry);
    if (tail === undefined) return true;
    tail.nextInLane = entry;
    return false;
  }

  /** Ends the entry at the head of its lane and gives the one that is now at the head, if any. */
  release(entry: Entry): Entry | undefined {
    const { laneKey } = entry;
    if (laneKey === null) return undefined;
    let next = entry.nextInLane;
    while (next?.isLive === false) next = next.nextInLane;
    entry.nextInLane = undefined;
    const first = this.retried.size === 0 ? undefined : this.takeRetried(laneKey);
    if (first === undefined) {
      if (next === undefined) this.tails.delete(laneKey);
      return next;
    }
    first.nextInLane = next;
    if (next === undefined) this.tails.set(laneKey, first);
    return first;
  }

  private enqueueRetried(laneKey: string, entry: Entry): void {
    const levels = this.retried.get(laneKey) ?? [];
    this.retried.set(laneKey, levels);
    while (levels.length < entry.level) levels.push(new Fifo());
    levels[entry.level - 1]!.push(entry);
  }

  private takeRetried(laneKey: string): Entry | undefined {
    const levels = this.retried.get(laneKey);
    if (levels === undefined) return undefined;
    for (;;) {
      const highest = levels[levels.length - 1];
      const entry = highest?.take();
      if (entry?.isLive === true) return entry;
      if (entry !== undefined) continue;
      if (highest === undefined) break;
      levels.pop();
    }
    this.retried.delete(laneKey);
    return undefined;
  }
}
