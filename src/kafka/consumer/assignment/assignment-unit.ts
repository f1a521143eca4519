import type { Place } from './claim.js';

/** What a member wants to have. */
export interface Subscriber {
  readonly memberId: string;
  readonly topics: readonly string[];
}

/** The partitions that always go to one member together, and who may have them. */
export interface AssignmentUnit {
  readonly topic: string;
  readonly places: readonly Place[];
  /** Sorted. */
  readonly members: readonly string[];
}

/** The topic whose partition decides where a topic's partition of the same number goes; the topic itself for most. */
export type SourceOf = (topic: string) => string;

/**
 * Partition n of a topic with partition n of its companions, in the order of their names and numbers. A unit goes to
 * members that subscribe to all of it; where no member does, its topics are units of their own, so that none is left.
 */
export function unitsOf(
  subscribers: readonly Subscriber[],
  partitions: ReadonlyMap<string, number>,
  sourceOf: SourceOf,
): AssignmentUnit[] {
  const members = membersByTopic(subscribers);
  const families = new Map<string, string[]>();
  for (const topic of [...members.keys()].sort()) {
    const source = sourceOf(topic);
    // The source goes first: whoever has its partition is the unit's owner.
    if (topic === source) families.set(source, [topic, ...(families.get(source) ?? [])]);
    else families.set(source, [...(families.get(source) ?? []), topic]);
  }
  const units: AssignmentUnit[] = [];
  for (const [topic, family] of [...families].sort(([left], [right]) => compare(left, right))) {
    const counts = family.map((each) => partitions.get(each) ?? 0);
    for (let partition = 0; partition < Math.max(...counts); partition += 1) {
      const places = family.flatMap((each, index) =>
        partition < counts[index]! ? [{ topic: each, partition }] : [],
      );
      units.push(...unitsOfPlaces(topic, places, members));
    }
  }
  return units;
}

function unitsOfPlaces(
  topic: string,
  places: readonly Place[],
  members: ReadonlyMap<string, readonly string[]>,
): AssignmentUnit[] {
  const [first, ...rest] = places.map((place) => members.get(place.topic)!);
  const all = first!.filter((member) => rest.every((others) => others.includes(member)));
  if (all.length > 0) return [{ topic, places, members: all }];
  return places.map((place) => ({
    topic: place.topic,
    places: [place],
    members: members.get(place.topic)!,
  }));
}

function membersByTopic(subscribers: readonly Subscriber[]): Map<string, readonly string[]> {
  const members = new Map<string, string[]>();
  for (const { memberId, topics } of subscribers) {
    for (const topic of new Set(topics)) {
      members.set(topic, [...(members.get(topic) ?? []), memberId].sort(compare));
    }
  }
  return members;
}

/** By code unit: the same on every machine, whatever its language. */
function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
