import { partitionName } from '../../../record/index.js';
import type { Assignment, CommittedOffset, Membership } from '../../client/index.js';
import { AssignedPartition } from '../assigned-partition.js';
import { PartitionUnit, type TopicTraits } from '../partition-unit.js';
import type { Place } from './claim.js';

export interface Reassignment {
  /** Still ours with their ledgers: fetching goes on behind what was read. */
  readonly retained: readonly AssignedPartition[];
  /** Those of them that were to go elsewhere and come back before they were given up. */
  readonly reclaimed: readonly AssignedPartition[];
  readonly added: readonly AssignedPartition[];
  /** Those of them whose topic was deleted and created again: no position of the one before holds. */
  readonly renewed: readonly AssignedPartition[];
  /** To go elsewhere, but nobody has them before we give them up: what runs may end and be committed. */
  readonly revoked: readonly AssignedPartition[];
  /** No longer ours; their pending records belong to whoever has them now, us included. */
  readonly lost: readonly AssignedPartition[];
}

type Membered = Pick<
  Membership,
  'memberId' | 'generation' | 'continues' | 'areClaimsHonoured' | 'topicIds'
>;

/**
 * The partitions of this member: those it owns, and those it drains because they are to go elsewhere. A ledger survives
 * a rebalance only as the same member and without a gap in which somebody else may have owned and committed the
 * partition. What was taken from us is drained where the leader kept it from everybody else, and lost where not.
 */
export class PartitionTable {
  private readonly owned = new Map<string, AssignedPartition>();
  private readonly drained = new Map<string, AssignedPartition>();
  private membership: Membered | undefined;
  /** Of every topic that this member ever had. */
  private readonly topicIds = new Map<string, string>();
  private epoch = 0;
  /** By name. */
  private units = new Map<string, PartitionUnit>();

  constructor(private readonly traitsOf: (topic: string) => TopicTraits) {}

  /** The generation whose assignment this is; 0 before the first. */
  get generation(): number {
    return this.membership?.generation ?? 0;
  }

  get(topic: string, partition: number): AssignedPartition | undefined {
    return this.owned.get(partitionName({ topic, partition }));
  }

  values(): IterableIterator<AssignedPartition> {
    return this.owned.values();
  }

  draining(): readonly AssignedPartition[] {
    return [...this.drained.values()];
  }

  /** Owned and draining: those whose results count. */
  claimed(): readonly AssignedPartition[] {
    return [...this.owned.values(), ...this.drained.values()];
  }

  assign(membership: Membered, assignment: Assignment): Reassignment {
    const mayRetain =
      this.membership?.memberId === membership.memberId &&
      this.membership.generation === membership.continues;
    this.membership = membership;
    this.epoch += 1;
    const renewedTopics = this.renewedTopics(membership.topicIds);
    const isOutdated = ({ topic }: AssignedPartition): boolean => renewedTopics.has(topic);
    const outdated = this.claimed().filter(isOutdated);
    const before = new Map([...this.owned, ...this.drained]);
    for (const { name } of outdated) before.delete(name);
    this.owned.clear();
    this.drained.clear();
    if (!mayRetain) this.units.clear();
    const retained: AssignedPartition[] = [];
    const added: AssignedPartition[] = [];
    for (const place of placesOf(assignment)) {
      const name = partitionName(place);
      const known = mayRetain ? before.get(name) : undefined;
      const partition = known ?? this.open(place);
      if (known !== undefined) before.delete(name);
      this.owned.set(name, partition);
      (known === undefined ? added : retained).push(partition);
    }
    const reclaimed = retained.filter((partition) => partition.isDraining);
    for (const partition of reclaimed) partition.isDraining = false;
    const renewed = added.filter(isOutdated);
    const left = [...before.values()];
    if (!mayRetain || !membership.areClaimsHonoured) {
      this.forgetUnits();
      return { retained, reclaimed, added, renewed, revoked: [], lost: [...left, ...outdated] };
    }
    const revoked = left.filter(({ isDraining }) => !isDraining);
    for (const partition of left) {
      partition.isDraining = true;
      this.drained.set(partition.name, partition);
    }
    return { retained, reclaimed, added, renewed, revoked, lost: outdated };
  }

  /** Gives a drained partition up. False when it is not draining any more: it came back, or was lost. */
  release(partition: AssignedPartition): boolean {
    if (this.drained.get(partition.name) !== partition) return false;
    this.drained.delete(partition.name);
    this.forgetUnits();
    return true;
  }

  /** The group's last commits were read, before the first fetch of a new assignment. */
  inherit(offsets: readonly CommittedOffset[]): void {
    for (const { topic, partition, nextOffset, metadata } of offsets) {
      this.get(topic, partition)?.inherit(nextOffset, metadata);
    }
  }

  /** Replaces a partition whose log has started anew. */
  reopen(partition: AssignedPartition): AssignedPartition {
    this.epoch += 1;
    const reopened = this.open(partition);
    this.owned.set(reopened.name, reopened);
    return reopened;
  }

  /** Empties the table and returns what was in it. */
  clear(): readonly AssignedPartition[] {
    const lost = this.claimed();
    this.owned.clear();
    this.drained.clear();
    this.units.clear();
    this.membership = undefined;
    return lost;
  }

  /** Notes the topics' ids, and returns those that had another one before. */
  private renewedTopics(ids: Membered['topicIds']): ReadonlySet<string> {
    const renewed = [...ids].filter(([topic, id]) => (this.topicIds.get(topic) ?? id) !== id);
    for (const [topic, id] of ids) this.topicIds.set(topic, id);
    return new Set(renewed.map(([topic]) => topic));
  }

  private open(place: Place): AssignedPartition {
    const traits = this.traitsOf(place.topic);
    const name = partitionName({ topic: traits.source, partition: place.partition });
    const unit = this.units.get(name) ?? new PartitionUnit(name, traits.orderedLevels);
    this.units.set(name, unit);
    return new AssignedPartition(place, this.epoch, traits, unit);
  }

  /** Those of which nothing is left here begin anew when they come back. */
  private forgetUnits(): void {
    this.units = new Map(this.claimed().map(({ unit }) => [unit.name, unit]));
  }
}

function placesOf(assignment: Assignment): Place[] {
  return [...assignment].flatMap(([topic, numbers]) =>
    numbers.map((partition) => ({ topic, partition })),
  );
}
