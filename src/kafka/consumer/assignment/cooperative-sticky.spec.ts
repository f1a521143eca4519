import fc from 'fast-check';
import { partitionName } from '../../../record/index.js';
import type { Claim, Place } from './claim.js';
import { assignCooperatively, type ClaimingMember } from './cooperative-sticky.js';

const itself = (topic: string): string => topic;
/** `a.g.retry.1` belongs to `a`. */
const sourceOf = (topic: string): string => topic.replace(/\.g\.(retry\..+|redrive)$/, '');

const claimOf = (owned: Place[], changes: Partial<Claim> = {}): Claim => ({
  generation: 1,
  isLeaving: false,
  owned,
  draining: [],
  ...changes,
});
const member = (memberId: string, topics: string[], claim?: Claim): ClaimingMember => ({
  memberId,
  topics,
  claim,
});
const placesIn = (assignment: Record<string, number[]>): Place[] =>
  Object.entries(assignment).flatMap(([topic, numbers]) =>
    numbers.map((partition) => ({ topic, partition })),
  );
const range = (topic: string, count: number, from = 0): Place[] =>
  Array.from({ length: count }, (_, index) => ({ topic, partition: from + index }));
const namesIn = (assignment: Record<string, number[]>): string[] =>
  placesIn(assignment).map(partitionName).sort();

/** A group of real members, as far as the policy goes: what they own, what they drain, what the leader gives them. */
class Group {
  readonly owned = new Map<string, Place[]>();
  readonly draining = new Map<string, Place[]>();
  private readonly synced = new Map<string, number>();
  private generation = 0;

  constructor(
    readonly topics: Map<string, string[]>,
    readonly partitions: Map<string, number>,
  ) {}

  join(memberId: string, topics: string[]): void {
    this.topics.set(memberId, topics);
  }

  /** It has ended and committed everything. */
  leave(memberId: string): void {
    for (const each of [this.topics, this.owned, this.draining, this.synced]) each.delete(memberId);
  }

  drained(memberId: string): void {
    this.draining.delete(memberId);
  }

  /** One generation; the members named never hear of their assignment. */
  round(unaware: readonly string[] = []): void {
    this.generation += 1;
    const assignments = assignCooperatively(this.members(), this.partitions, sourceOf);
    for (const [memberId, assignment] of assignments) {
      if (unaware.includes(memberId)) continue;
      const given = new Set(namesIn(assignment));
      const worked = this.workedOn(memberId);
      this.owned.set(memberId, placesIn(assignment));
      this.draining.set(
        memberId,
        worked.filter((place) => !given.has(partitionName(place))),
      );
      this.synced.set(memberId, this.generation);
    }
  }

  /** Rounds until nothing is drained any more; the number of rounds. */
  settle(): number {
    for (let rounds = 1; ; rounds += 1) {
      this.round();
      if ([...this.draining.values()].every((places) => places.length === 0)) return rounds;
      this.draining.clear();
      if (rounds > 10) throw new Error('does not settle');
    }
  }

  workedOn(memberId: string): Place[] {
    return [...(this.owned.get(memberId) ?? []), ...(this.draining.get(memberId) ?? [])];
  }

  /** Partitions with more than one member at work. */
  shared(): string[] {
    const names = [...this.topics.keys()].flatMap((memberId) => [
      ...new Set(this.workedOn(memberId).map(partitionName)),
    ]);
    return names.filter((name, index) => names.indexOf(name) !== index);
  }

  counts(): number[] {
    return [...this.topics.keys()].map((memberId) => this.owned.get(memberId)!.length);
  }

  private members(): ClaimingMember[] {
    return [...this.topics].map(([memberId, topics]) =>
      member(
        memberId,
        topics,
        this.synced.has(memberId)
          ? claimOf(this.owned.get(memberId) ?? [], {
              generation: this.synced.get(memberId)!,
              draining: this.draining.get(memberId) ?? [],
            })
          : undefined,
      ),
    );
  }
}

const settled = (members: number, partitions: number): Group => {
  const ids = Array.from({ length: members }, (_, index) => `m${index}`);
  const group = new Group(new Map(ids.map((id) => [id, ['t']])), new Map([['t', partitions]]));
  group.settle();
  return group;
};
const spread = (counts: readonly number[]): number => Math.max(...counts) - Math.min(...counts);

describe('assignCooperatively', () => {
  it('gives everything at once to members that hold nothing, and names a member that gets nothing', () => {
    const partitions = new Map([['t', 2]]);
    const all = ['a', 'b', 'c'].map((id) => member(id, ['t']));
    expect([...assignCooperatively(all, partitions, itself)]).toEqual([
      ['a', { t: [0] }],
      ['b', { t: [1] }],
      ['c', {}],
    ]);
  });

  it('spreads each topic, not only the sum', () => {
    const topics = ['t', 'u'];
    const members = [
      member('a', topics, claimOf([...range('t', 4), ...range('u', 4)])),
      member('b', topics),
    ];
    const first = assignCooperatively(
      members,
      new Map([
        ['t', 4],
        ['u', 4],
      ]),
      itself,
    );
    expect([first.get('a')!['t']!.length, first.get('a')!['u']!.length]).toEqual([2, 2]);
  });

  it('withholds for one round what another member still holds, owned or draining', () => {
    const partitions = new Map([['t', 4]]);
    const joining = [member('a', ['t'], claimOf(range('t', 4))), member('b', ['t'])];
    const first = assignCooperatively(joining, partitions, itself);
    expect([first.get('a'), first.get('b')]).toEqual([{ t: [0, 1] }, {}]);
    const draining = claimOf(range('t', 2), { generation: 2, draining: range('t', 2, 2) });
    const again = assignCooperatively(
      [member('a', ['t'], draining), joining[1]!],
      partitions,
      itself,
    );
    expect([again.get('a'), again.get('b')]).toEqual([{ t: [0, 1] }, {}]);
    const done = claimOf(range('t', 2), { generation: 3 });
    const last = assignCooperatively([member('a', ['t'], done), joining[1]!], partitions, itself);
    expect([last.get('a'), last.get('b')]).toEqual([{ t: [0, 1] }, { t: [2, 3] }]);
  });

  it('gives nothing to a member that leaves and nothing of its own to others', () => {
    const leaving = claimOf(range('t', 2), { isLeaving: true });
    const members = [member('a', ['t'], leaving), member('b', ['t'], claimOf(range('t', 1, 2)))];
    const assignments = assignCooperatively(members, new Map([['t', 4]]), itself);
    expect([assignments.get('a'), assignments.get('b')]).toEqual([{}, { t: [2, 3] }]);
  });

  it('believes the claim of the later generation', () => {
    const members = [
      member('a', ['t'], claimOf(range('t', 1), { generation: 3 })),
      member('b', ['t'], claimOf(range('t', 1), { generation: 4 })),
    ];
    const assignments = assignCooperatively(members, new Map([['t', 1]]), itself);
    expect([assignments.get('a'), assignments.get('b')]).toEqual([{}, { t: [0] }]);
  });

  it('gives a topic to its subscribers alone, and spreads the others’ over those that have less', () => {
    const partitions = new Map([
      ['old', 6],
      ['new', 3],
    ]);
    const members = [
      member('a', ['old'], claimOf(range('old', 3))),
      member('b', ['old', 'new'], claimOf(range('old', 3, 3))),
    ];
    const assignments = assignCooperatively(members, partitions, itself);
    expect(assignments.get('a')!['new']).toBeUndefined();
    expect(assignments.get('b')!['new']).toEqual([0, 1, 2]);
  });

  it('keeps companions together at the members that subscribe to all of them', () => {
    const family = ['t', 't.g.retry.1m', 't.g.redrive'];
    const partitions = new Map(family.map((topic) => [topic, 4]));
    const members = [member('a', ['t'], claimOf(range('t', 4))), member('b', family)];
    const first = assignCooperatively(members, partitions, sourceOf);
    expect([first.get('a'), first.get('b')]).toEqual([{}, {}]);
    const second = assignCooperatively(
      [member('a', ['t'], claimOf([])), members[1]!],
      partitions,
      sourceOf,
    );
    expect(second.get('b')).toEqual(
      Object.fromEntries(family.map((topic) => [topic, [0, 1, 2, 3]])),
    );
  });

  it('leaves no topic without a member when nobody subscribes to all of a family', () => {
    const partitions = new Map([
      ['t', 1],
      ['t.g.redrive', 1],
    ]);
    const members = [member('a', ['t']), member('b', ['t.g.redrive'])];
    const assignments = assignCooperatively(members, partitions, sourceOf);
    expect([assignments.get('a'), assignments.get('b')]).toEqual([
      { t: [0] },
      { 't.g.redrive': [0] },
    ]);
  });
});

const topicNames = ['t', 't.g.retry.1m', 't.g.redrive', 'u', 'v'];
const places = fc
  .array(fc.tuple(fc.constantFrom(...topicNames), fc.nat(7)), { maxLength: 12 })
  .map((pairs) => pairs.map(([topic, partition]) => ({ topic, partition })));
const anyMembers = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((memberId) =>
        fc.record({
          memberId: fc.constant(memberId),
          topics: fc.subarray(topicNames),
          claim: fc.option(
            fc.record({
              generation: fc.nat(3),
              isLeaving: fc.boolean(),
              owned: places,
              draining: places,
            }),
            { nil: undefined },
          ),
        }),
      ),
    ),
  );
const anyPartitions = fc
  .tuple(...topicNames.map((topic) => fc.tuple(fc.constant(topic), fc.nat(6))))
  .map((entries) => new Map(entries));

describe('whatever members claim', () => {
  it('no partition goes to two, none to a stranger or past the topic’s end, and every member is named', () => {
    fc.assert(
      fc.property(anyMembers, anyPartitions, (members, partitions) => {
        const assignments = assignCooperatively(members, partitions, sourceOf);
        const names = [...assignments.values()].flatMap(namesIn);
        expect(new Set(names).size).toBe(names.length);
        expect([...assignments.keys()].sort()).toEqual(
          members.map(({ memberId }) => memberId).sort(),
        );
        for (const { memberId, topics } of members) {
          for (const { topic, partition } of placesIn(assignments.get(memberId)!)) {
            expect(topics).toContain(topic);
            expect(partition).toBeLessThan(partitions.get(topic)!);
          }
        }
      }),
    );
  });

  it('nothing is given out that a member of the same or a later generation holds', () => {
    fc.assert(
      fc.property(anyMembers, anyPartitions, (members, partitions) => {
        const assignments = assignCooperatively(members, partitions, sourceOf);
        const latest = new Map<string, number>();
        const held = members.flatMap(({ memberId, claim }) =>
          [...(claim?.owned ?? []), ...(claim?.draining ?? [])].map((place) => ({
            memberId,
            name: partitionName(place),
            generation: claim!.generation,
          })),
        );
        for (const { name, generation } of held)
          latest.set(name, Math.max(generation, latest.get(name) ?? 0));
        for (const [memberId, assignment] of assignments) {
          for (const name of namesIn(assignment)) {
            const holders = held.filter(
              (each) => each.name === name && each.generation === latest.get(name),
            );
            const mayHave =
              holders.length === 0 || holders.some((each) => each.memberId === memberId);
            expect(mayHave).toBe(true);
          }
        }
      }),
    );
  });

  it('the result does not depend on the order of members and claims', () => {
    fc.assert(
      fc.property(anyMembers, anyPartitions, (members, partitions) => {
        const turned = [...members].reverse();
        const reversed = new Map([...partitions].reverse());
        expect([...assignCooperatively(turned, reversed, sourceOf)]).toEqual([
          ...assignCooperatively(members, partitions, sourceOf),
        ]);
      }),
    );
  });
});

describe('a group', () => {
  const sizes = {
    members: fc.integer({ min: 1, max: 9 }),
    partitions: fc.integer({ min: 1, max: 40 }),
  };

  it('is balanced after two rounds at most, with every partition given out', () => {
    fc.assert(
      fc.property(
        sizes.members,
        sizes.partitions,
        fc.integer({ min: 1, max: 5 }),
        (members, partitions, more) => {
          const group = settled(members, partitions);
          for (let index = 0; index < more; index += 1) group.join(`n${index}`, ['t']);
          expect(group.settle()).toBeLessThanOrEqual(2);
          expect(spread(group.counts())).toBeLessThanOrEqual(1);
          expect(group.counts().reduce((sum, count) => sum + count)).toBe(partitions);
        },
      ),
    );
  });

  it('gives a new member its share and moves nothing else', () => {
    fc.assert(
      fc.property(sizes.members, sizes.partitions, (members, partitions) => {
        const group = settled(members, partitions);
        const before = new Map(group.owned);
        group.join('new', ['t']);
        group.settle();
        expect(group.owned.get('new')!.length).toBeLessThanOrEqual(
          Math.ceil(partitions / (members + 1)),
        );
        for (const [memberId, places] of before) {
          const earlier = new Set(places.map(partitionName));
          for (const place of group.owned.get(memberId)!)
            expect(earlier.has(partitionName(place))).toBe(true);
        }
      }),
    );
  });

  it('moves only the partitions of a member that leaves, in one round', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), sizes.partitions, (members, partitions) => {
        const group = settled(members, partitions);
        const before = new Map(group.owned);
        group.leave('m0');
        expect(group.settle()).toBe(1);
        for (const memberId of group.topics.keys()) {
          const now = new Set(group.owned.get(memberId)!.map(partitionName));
          for (const place of before.get(memberId)!)
            expect(now.has(partitionName(place))).toBe(true);
        }
      }),
    );
  });

  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('join'), id: fc.nat(5), topics: fc.subarray(topicNames) }),
      fc.record({ kind: fc.constant('leave'), id: fc.nat(5) }),
      fc.record({ kind: fc.constant('drained'), id: fc.nat(5) }),
      fc.record({ kind: fc.constant('round'), unaware: fc.array(fc.nat(5), { maxLength: 3 }) }),
    ),
    { maxLength: 40 },
  );

  it('never has two members at work on a partition, also when members miss an assignment', () => {
    fc.assert(
      fc.property(steps, anyPartitions, (all, partitions) => {
        const group = new Group(new Map(), partitions);
        for (const step of all) {
          if (step.kind === 'join') {
            if (!group.topics.has(`m${step.id}`)) group.join(`m${step.id}`, step.topics);
          } else if (step.kind === 'leave') group.leave(`m${step.id}`);
          else if (step.kind === 'drained') group.drained(`m${step.id}`);
          else group.round(step.unaware.map((id) => `m${id}`));
          expect(group.shared()).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('ends with every partition of a subscribed topic at one member, and companions together', () => {
    fc.assert(
      fc.property(steps, anyPartitions, (all, partitions) => {
        const group = new Group(new Map([['all', topicNames]]), partitions);
        for (const step of all) {
          if (step.kind === 'join' && !group.topics.has(`m${step.id}`))
            group.join(`m${step.id}`, step.topics);
          else if (step.kind === 'leave') group.leave(`m${step.id}`);
          else if (step.kind === 'round') group.round(step.unaware.map((id) => `m${id}`));
        }
        group.settle();
        const owners = new Map<string, string>();
        for (const [memberId, owned] of group.owned)
          for (const place of owned) owners.set(partitionName(place), memberId);
        for (const [topic, count] of partitions) {
          for (const { partition } of range(topic, count)) {
            const source = { topic: sourceOf(topic), partition };
            const owner = owners.get(partitionName({ topic, partition }));
            expect(owner).toBeDefined();
            if (partition < partitions.get(source.topic)!)
              expect(owner).toBe(owners.get(partitionName(source)));
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
