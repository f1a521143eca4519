import { partitionName } from '../../../record/index.js';
import { unitsOf, type AssignmentUnit, type SourceOf, type Subscriber } from './assignment-unit.js';
import { balance } from './balance.js';
import type { Claim, Place } from './claim.js';

/** A member as the leader sees it. */
export interface ClaimingMember extends Subscriber {
  /** Undefined for a member that says nothing of itself: it has given everything up before it joined. */
  readonly claim: Claim | undefined;
}

/** What each member gets, by topic. Every member is named, also with nothing. */
export type MemberAssignments = ReadonlyMap<string, Record<string, number[]>>;

interface Holder {
  readonly memberId: string;
  readonly generation: number;
  readonly isDraining: boolean;
}

/**
 * The leader's policy, pure. Sticky and balanced by number of units; a unit of which another member still holds a part
 * goes to nobody this round: its holder ends what it began, commits, and asks for the next round. So no partition ever
 * has two members at work on it, and no member has to stand still for others.
 */
export function assignCooperatively(
  members: readonly ClaimingMember[],
  partitions: ReadonlyMap<string, number>,
  sourceOf: SourceOf,
): MemberAssignments {
  const sorted = [...members].sort((left, right) => (left.memberId < right.memberId ? -1 : 1));
  const holders = holdersOf(sorted);
  const staying = sorted.filter(({ claim }) => claim?.isLeaving !== true);
  const targets = balance(unitsOf(staying, partitions, sourceOf), (unit) => ownerOf(unit, holders));
  const assignments = new Map<string, Record<string, number[]>>();
  for (const { memberId } of sorted) assignments.set(memberId, {});
  for (const [unit, target] of targets) give(unit, target, holders, assignments.get(target)!);
  for (const assignment of assignments.values()) {
    for (const numbers of Object.values(assignment)) numbers.sort((left, right) => left - right);
  }
  return assignments;
}

/** Who works on each partition. Of two that say so, the one of the later generation: it was given it after the other. */
function holdersOf(members: readonly ClaimingMember[]): ReadonlyMap<string, Holder> {
  const holders = new Map<string, Holder>();
  const note = (places: readonly Place[], holder: Holder): void => {
    for (const name of places.map(partitionName)) {
      const known = holders.get(name);
      if (known === undefined || known.generation < holder.generation) holders.set(name, holder);
    }
  };
  for (const { memberId, claim } of members) {
    if (claim === undefined) continue;
    const { generation, owned, draining } = claim;
    note(owned, { memberId, generation, isDraining: false });
    note(draining, { memberId, generation, isDraining: true });
  }
  return holders;
}

/** What a member drains is no longer its own: it was to go elsewhere, and still is. */
function ownerOf(
  { places }: AssignmentUnit,
  holders: ReadonlyMap<string, Holder>,
): string | undefined {
  for (const place of places) {
    const holder = holders.get(partitionName(place));
    if (holder?.isDraining === false) return holder.memberId;
  }
  return undefined;
}

function give(
  { places }: AssignmentUnit,
  target: string,
  holders: ReadonlyMap<string, Holder>,
  assignment: Record<string, number[]>,
): void {
  const holderOf = (place: (typeof places)[number]): string | undefined =>
    holders.get(partitionName(place))?.memberId;
  const isHeldElsewhere = places.some((place) => (holderOf(place) ?? target) !== target);
  for (const place of places) {
    // What the target has of a unit it keeps; the rest of it comes when all of it can.
    if (isHeldElsewhere && holderOf(place) !== target) continue;
    (assignment[place.topic] ??= []).push(place.partition);
  }
}
