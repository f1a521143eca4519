import type { AssignmentUnit } from './assignment-unit.js';

/** Who has how many units, of which topics. */
class Loads {
  private readonly units = new Map<string, Set<AssignmentUnit>>();
  private readonly perTopic = new Map<string, number>();

  of(member: string): number {
    return this.units.get(member)?.size ?? 0;
  }

  ofTopic(member: string, topic: string): number {
    return this.perTopic.get(keyOf(member, topic)) ?? 0;
  }

  unitsOf(member: string): Iterable<AssignmentUnit> {
    return this.units.get(member) ?? [];
  }

  add(member: string, unit: AssignmentUnit): void {
    const units = this.units.get(member) ?? new Set();
    this.units.set(member, units.add(unit));
    this.count(member, unit.topic, 1);
  }

  move(unit: AssignmentUnit, from: string, to: string): void {
    this.units.get(from)!.delete(unit);
    this.count(from, unit.topic, -1);
    this.add(to, unit);
  }

  /** Every unit with its member. */
  *entries(): Iterable<[AssignmentUnit, string]> {
    for (const [member, units] of this.units) for (const unit of units) yield [unit, member];
  }

  /** The member with the fewest units, of those the one with the fewest of the topic, of those the first. */
  leastLoaded({ members, topic }: AssignmentUnit): string {
    return members.reduce((least, member) => {
      const difference =
        this.of(member) - this.of(least) ||
        this.ofTopic(member, topic) - this.ofTopic(least, topic);
      return difference < 0 ? member : least;
    });
  }

  private count(member: string, topic: string, change: number): void {
    this.perTopic.set(keyOf(member, topic), this.ofTopic(member, topic) + change);
  }
}

/**
 * Gives every unit to a member that may have it. Who has one keeps it, unless another that may have it has at least two
 * fewer: so a member that joins takes its share and nothing else moves, and what a member leaves is all that moves when
 * it leaves. Within that, each topic is spread as well. The same input gives the same result, in whatever order.
 */
export function balance(
  units: readonly AssignmentUnit[],
  ownerOf: (unit: AssignmentUnit) => string | undefined,
): Map<AssignmentUnit, string> {
  const loads = new Loads();
  const free: AssignmentUnit[] = [];
  for (const unit of units) {
    const owner = ownerOf(unit);
    if (owner === undefined || !unit.members.includes(owner)) free.push(unit);
    else loads.add(owner, unit);
  }
  // Those with the narrowest choice first; sorting is stable.
  free.sort((left, right) => left.members.length - right.members.length);
  for (const unit of free) loads.add(loads.leastLoaded(unit), unit);
  const members = [...new Set(units.flatMap((unit) => unit.members))].sort();
  while (moveOne(loads, members));
  return new Map(loads.entries());
}

/** Moves one unit from the fullest member that can give one to the emptiest that may have it. */
function moveOne(loads: Loads, members: readonly string[]): boolean {
  const byLoad = [...members].sort((left, right) => loads.of(right) - loads.of(left));
  for (const from of byLoad) {
    for (const to of [...byLoad].reverse()) {
      if (loads.of(from) - loads.of(to) < 2) break;
      const unit = unitToMove(loads, from, to);
      if (unit === undefined) continue;
      loads.move(unit, from, to);
      return true;
    }
  }
  return false;
}

/** Of the topic that is spread worst between the two. */
function unitToMove(loads: Loads, from: string, to: string): AssignmentUnit | undefined {
  let best: AssignmentUnit | undefined;
  let widest = Number.NEGATIVE_INFINITY;
  for (const unit of loads.unitsOf(from)) {
    if (!unit.members.includes(to)) continue;
    const { topic } = unit;
    const width = loads.ofTopic(from, topic) - loads.ofTopic(to, topic);
    // Of several the last, so that the order of the units decides and nothing else.
    if (width >= widest) [best, widest] = [unit, width];
  }
  return best;
}

function keyOf(member: string, topic: string): string {
  return `${member} ${topic}`;
}
