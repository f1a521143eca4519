import type { EntryWait, QueuedEntry } from './queued-entry.js';

/** What waits, and for what. */
export interface QueueWait {
  readonly dependency: string;
  readonly detail: string;
  readonly records: number;
  readonly firstOffset: number;
}

/** What one transaction has room for; one entry at least. */
export interface TransactionLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/**
 * Entries between their submission and their commit. Those of one lane leave in the order in which they came: one that
 * has to wait keeps those behind it, and nobody else. What waits is tried alone, so that its failure undoes nothing.
 */
export class EntryQueue {
  private fresh: QueuedEntry[] = [];
  private bytes = 0;
  private held: QueuedEntry[] = [];
  private readonly topics = new Map<string, EntryWait>();

  get size(): number {
    return this.fresh.length + this.held.length;
  }

  /** Those that are not known to have to wait, and their bytes. */
  get ready(): number {
    return this.fresh.length;
  }

  get readyBytes(): number {
    return this.bytes;
  }

  /** Of those that have to wait. */
  get heldBytes(): number {
    return sumOfBytes(this.held);
  }

  /** When the first of them was submitted. */
  get oldestSince(): number | undefined {
    return this.fresh[0]?.since;
  }

  /** When something that waits may be tried again; Infinity when nothing is to be. */
  get nextProbeAt(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.probes().map(({ wait }) => wait.until));
  }

  waitOf(topic: string): EntryWait | undefined {
    return this.topics.get(topic);
  }

  add(entry: QueuedEntry): void {
    this.fresh.push(entry);
    this.bytes += entry.bytes;
  }

  /** The entries of the next transaction, in order: one that is due to be tried again, alone, or those that wait for nothing. */
  take(now: number, { maxRecords, maxBytes }: TransactionLimits): QueuedEntry[] {
    const probe = this.takeProbe(now);
    if (probe !== undefined) return [probe];
    const lanes = new LaneFirsts(this.held);
    const taken: QueuedEntry[] = [];
    let looked = 0;
    let bytes = 0;
    for (const entry of this.fresh) {
      if (taken.length === maxRecords || bytes >= maxBytes) break;
      looked += 1;
      if (this.waitFor(entry) === undefined && !lanes.isBehind(entry)) {
        taken.push(entry);
        bytes += entry.bytes;
      } else {
        this.held.push(entry);
        lanes.add(entry);
      }
    }
    this.refresh(this.fresh.slice(looked));
    this.held.sort(bySequence);
    return taken;
  }

  /** Entries whose transaction was aborted. */
  putBack(entries: readonly QueuedEntry[]): void {
    this.refresh([...entries, ...this.fresh].sort(bySequence));
  }

  /** A topic does not take records. */
  topicFails(topic: string, wait: EntryWait): void {
    this.topics.set(topic, wait);
  }

  /** What entries or topics wait for has changed: who may go is looked at again. */
  release(topics: readonly string[] = []): void {
    for (const topic of topics) this.topics.delete(topic);
    this.refresh([...this.held, ...this.fresh].sort(bySequence));
    this.held = [];
  }

  /** By what they wait for; those that only stand behind others are told with them. */
  waits(): QueueWait[] {
    const found = new Map<string, QueueWait>();
    for (const entry of this.held) {
      const wait = this.waitFor(entry);
      if (wait === undefined) continue;
      const { dependency, detail } = wait;
      const known = found.get(dependency) ?? {
        dependency,
        detail,
        records: 0,
        firstOffset: entry.entry.offset,
      };
      const firstOffset = Math.min(known.firstOffset, entry.entry.offset);
      found.set(dependency, { ...known, records: known.records + 1, firstOffset });
    }
    return [...found.values()];
  }

  private refresh(fresh: QueuedEntry[]): void {
    this.fresh = fresh;
    this.bytes = sumOfBytes(fresh);
  }

  private takeProbe(now: number): QueuedEntry | undefined {
    const probe = this.probes().find(({ wait }) => wait.until <= now)?.entry;
    if (probe !== undefined) this.held = this.held.filter((entry) => entry !== probe);
    return probe;
  }

  /** Those that wait and stand behind nobody, of those that wait for nothing either. */
  private probes(): { entry: QueuedEntry; wait: EntryWait }[] {
    if (this.held.length === 0) return [];
    const lanes = new LaneFirsts(this.fresh);
    return this.held.flatMap((entry) => {
      const isBehind = lanes.isBehind(entry);
      lanes.add(entry);
      const wait = isBehind ? undefined : this.waitFor(entry);
      return wait === undefined ? [] : [{ entry, wait }];
    });
  }

  /** Of several waits the one that ends last. */
  private waitFor({ wait, topics }: QueuedEntry): EntryWait | undefined {
    let longest = wait;
    for (const topic of topics) {
      const other = this.topics.get(topic);
      if (other !== undefined && other.until > (longest?.until ?? -1)) longest = other;
    }
    return longest;
  }
}

/** The lanes of entries, each with its first. */
class LaneFirsts {
  private readonly firsts = new Map<string, number>();

  constructor(entries: readonly QueuedEntry[]) {
    for (const entry of entries) this.add(entry);
  }

  add({ entry: { laneKey, sequence } }: QueuedEntry): void {
    if (laneKey === null) return;
    this.firsts.set(laneKey, Math.min(sequence, this.firsts.get(laneKey) ?? sequence));
  }

  isBehind({ entry: { laneKey, sequence } }: QueuedEntry): boolean {
    return laneKey !== null && (this.firsts.get(laneKey) ?? sequence) < sequence;
  }
}

function sumOfBytes(entries: readonly QueuedEntry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}

function bySequence(left: QueuedEntry, right: QueuedEntry): number {
  return left.entry.sequence - right.entry.sequence;
}
