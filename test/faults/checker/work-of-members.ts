import type { Commit, Execution } from './history.js';
import type { RecordTable } from './record-table.js';

type Place = Pick<Execution, 'partition' | 'offset'>;

/** What each member has under way, and what it has done that no commit has told of yet. */
export class WorkOfMembers {
  /** By member: when each record that it has under way was started. */
  private readonly underWay = new Map<number, Map<string, number>>();
  private readonly untold = new Map<number, number>();
  private readonly tellings: Telling[] = [];
  /** What commits of retry topics have told of. */
  private readonly elsewhere = new Set<string>();

  constructor(private readonly table: RecordTable) {}

  start({ member, partition, offset, at }: Execution): void {
    let places = this.underWay.get(member);
    if (places === undefined) this.underWay.set(member, (places = new Map()));
    places.set(`${partition} ${offset}`, at);
  }

  /** When the member started what it has under way there. */
  startOf({ member, partition, offset }: Execution): number | undefined {
    return this.underWay.get(member)?.get(`${partition} ${offset}`);
  }

  over({ member, partition, offset }: Execution): void {
    this.underWay.get(member)?.delete(`${partition} ${offset}`);
  }

  /** An effect, the first or one again: no commit told of the one before, and now it is this member's to tell. */
  effect(event: Execution): void {
    if (this.isTold(event)) return;
    const records = this.table.get(event);
    if (records !== undefined && records.effects[event.offset]! > 0) {
      this.change(records.effectBy[event.offset]!, -1);
    }
    this.change(event.member, 1);
  }

  told({ partition, offset, ahead = [] }: Commit): void {
    const telling = this.tellingOf(partition);
    for (; telling.below < offset; telling.below += 1) {
      if (!telling.above.delete(telling.below)) this.tell(partition, telling.below);
    }
    for (let range = 0; range < ahead.length; range += 2) {
      for (let at = ahead[range]!; at < ahead[range + 1]!; at += 1) {
        if (this.isTold({ partition, offset: at })) continue;
        this.tell(partition, at);
        telling.above.add(at);
      }
    }
  }

  /** A commit of the retry topic that it went to. */
  toldElsewhere(place: Place): void {
    if (this.elsewhere.has(nameOf(place))) return;
    this.elsewhere.add(nameOf(place));
    this.tellOf(place);
  }

  /** Of what went to a retry topic, its source's commits tell nothing. */
  isTold(place: Place): boolean {
    const { partition, offset } = place;
    if (this.hasMoved(place)) return this.elsewhere.has(nameOf(place));
    const { below, above } = this.tellingOf(partition);
    return offset < below || above.has(offset);
  }

  /** How many effects of that member may come again if it is interrupted now. */
  openOf(member: number): number {
    return (this.underWay.get(member)?.size ?? 0) + (this.untold.get(member) ?? 0);
  }

  private hasMoved(place: Place): boolean {
    return this.table.get(place)?.moved[place.offset] === 1;
  }

  private tell(partition: number, offset: number): void {
    if (!this.hasMoved({ partition, offset })) this.tellOf({ partition, offset });
  }

  private tellOf({ partition, offset }: Place): void {
    const records = this.table.get({ partition, offset });
    if (records === undefined || records.effects[offset] === 0) return;
    this.change(records.effectBy[offset]!, -1);
  }

  private tellingOf(partition: number): Telling {
    return (this.tellings[partition] ??= { below: 0, above: new Set() });
  }

  private change(member: number, by: number): void {
    this.untold.set(member, (this.untold.get(member) ?? 0) + by);
  }
}

const nameOf = ({ partition, offset }: Place): string => `${partition} ${offset}`;

interface Telling {
  /** Everything below was told. */
  below: number;
  /** What was told above. */
  readonly above: Set<number>;
}
