interface LaneRecord {
  readonly partition: { readonly unit: { readonly name: string } };
  readonly laneKey: string | null;
}

/**
 * Keys of lost partitions whose handler still runs here. When such a partition comes back to this process, the key's
 * records wait until that handler has ended or its deadline has passed, so that the two do not overlap. Holds nothing
 * and costs nothing while no handler outlives its partition. It knows this process only: another member starts at once.
 */
export class HeldLanes<Entry extends LaneRecord> {
  private readonly waiting = new Map<string, Entry[]>();
  private readonly holders = new Map<string, Set<LaneRecord>>();

  /** The lane of that record is held by its handler from now on. */
  hold(holder: LaneRecord): void {
    const lane = laneOf(holder);
    if (lane === undefined) return;
    const holders = this.holders.get(lane) ?? new Set();
    this.holders.set(lane, holders.add(holder));
  }

  /** True when the entry has to wait: it is given back by the `release` that frees its lane. */
  park(entry: Entry): boolean {
    if (this.holders.size === 0) return false;
    const lane = laneOf(entry);
    if (lane === undefined || !this.holders.has(lane)) return false;
    this.waiting.set(lane, [...(this.waiting.get(lane) ?? []), entry]);
    return true;
  }

  /** The handler has ended or lost its right to be waited for. Gives what may run now; releasing again gives nothing. */
  release(holder: LaneRecord): readonly Entry[] {
    if (this.holders.size === 0) return [];
    const lane = laneOf(holder);
    const holders = lane === undefined ? undefined : this.holders.get(lane);
    if (lane === undefined || holders?.delete(holder) !== true || holders.size > 0) return [];
    this.holders.delete(lane);
    const entries = this.waiting.get(lane) ?? [];
    this.waiting.delete(lane);
    return entries;
  }
}

function laneOf({ partition, laneKey }: LaneRecord): string | undefined {
  return laneKey === null ? undefined : JSON.stringify([partition.unit.name, laneKey]);
}
