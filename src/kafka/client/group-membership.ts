import kafkajs, { type Assigner, type PartitionAssigner } from 'kafkajs';
import { OrderlyRejoins } from './orderly-rejoins.js';
import { OutOfRangeFetches, type ReportOutOfRange } from './out-of-range-fetches.js';
import type { OffsetFetchAnswer, PrivateBroker, PrivateCluster } from './private-cluster.js';

/** Which member of which generation of the group we are. Commits carry it, and the broker fences by it. */
export interface Membership {
  readonly generation: number;
  readonly memberId: string;
}

export interface OffsetToCommit {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: number;
  /** Kept by the broker with the offset, for whoever reads it next; at most 4,096 bytes. */
  readonly metadata?: string;
}

/** What the broker has of one partition; `nextOffset` is negative where nothing is committed. */
export interface CommittedOffset extends OffsetToCommit {
  readonly metadata: string;
}

export interface MembershipListener {
  /** Awaited before every JoinGroup, while the old membership still holds. Must not reject. */
  beforeJoin(): Promise<void>;
  heartbeatAccepted(): void;
  /** The group's committed offsets were read, by kafkajs after a join or by us. */
  offsetsRead(offsets: readonly CommittedOffset[]): void;
  outOfRange: ReportOutOfRange;
}

/** The strategy by which the leader gives out partitions. */
export type AssignPartitions = (
  members: readonly string[],
  partitions: ReadonlyMap<string, readonly number[]>,
) => ReadonlyMap<string, Record<string, number[]>>;

/**
 * The door into kafkajs's group protocol. kafkajs hands an assigner its private cluster, and through that this class
 * awaits a hook before each JoinGroup, learns generation and member id, sees each heartbeat's answer, and commits
 * honestly: `consumer.commitOffsets` may resolve without having committed anything. kafkajs is pinned exactly, and a
 * test fails when its source no longer fits.
 */
export class GroupMembership {
  private cluster: PrivateCluster | undefined;
  private coordinator: PrivateBroker | undefined;
  private synced: Membership | undefined;
  private joining = false;
  private topics: readonly string[] = [];
  private rejoins: OrderlyRejoins | undefined;
  private readonly hooked = new WeakSet<object>();

  constructor(
    private readonly groupId: string,
    private readonly assign: AssignPartitions,
    private readonly listener: MembershipListener,
  ) {}

  /** The membership of the last completed join, or undefined before the first. */
  get current(): Membership | undefined {
    return this.synced;
  }

  /** True from JoinGroup to SyncGroup: a commit now would wait behind the join and come back refused. */
  get isJoining(): boolean {
    return this.joining;
  }

  readonly assigner: PartitionAssigner = ({ cluster }) => {
    this.hookCluster(cluster as unknown as PrivateCluster);
    return this.roundRobin();
  };

  /** Commits as the last synced member. Rejects with the broker's own error; resolves only when it was accepted. */
  async commit(offsets: readonly OffsetToCommit[]): Promise<void> {
    const membership = this.requireMembership();
    const coordinator = await this.connectedCoordinator();
    await coordinator.offsetCommit({
      groupId: this.groupId,
      groupGenerationId: membership.generation,
      memberId: membership.memberId,
      topics: byTopic(offsets, ({ partition, nextOffset, metadata }) => ({
        partition,
        offset: String(nextOffset),
        ...(metadata === undefined ? {} : { metadata }),
      })),
    });
  }

  /** The group's committed offsets; a partition without one is left out (kafkajs writes -1 and -2 for none). */
  async committed(
    partitions: readonly { topic: string; partition: number }[],
  ): Promise<CommittedOffset[]> {
    const coordinator = await this.connectedCoordinator();
    const answer = await coordinator.offsetFetch({
      groupId: this.groupId,
      topics: byTopic(partitions, ({ partition }) => ({ partition })),
    });
    return offsetsIn(answer).filter(({ nextOffset }) => nextOffset >= 0);
  }

  /** Keeps the session alive while the rejoin is held; during a rebalance the broker refuses it but counts it. */
  async heartbeat(): Promise<void> {
    const { generation, memberId } = this.requireMembership();
    const coordinator = await this.connectedCoordinator();
    await coordinator.heartbeat({ groupId: this.groupId, groupGenerationId: generation, memberId });
  }

  private requireMembership(): Membership {
    if (this.synced === undefined) throw new Error(`not a member of group ${this.groupId} yet`);
    return this.synced;
  }

  private async connectedCoordinator(): Promise<PrivateBroker> {
    if (this.cluster === undefined || this.coordinator === undefined) {
      throw new Error(`the coordinator of group ${this.groupId} is not known yet`);
    }
    if (!this.coordinator.isConnected()) {
      this.coordinator = this.hookCoordinator(await this.cluster.findBroker(this.coordinator));
    }
    return this.coordinator;
  }

  private hookCluster(cluster: PrivateCluster): void {
    const findGroupCoordinator = cluster.findGroupCoordinator.bind(cluster);
    this.cluster = cluster;
    cluster.findGroupCoordinator = async (request) => {
      await this.listener.beforeJoin();
      this.coordinator = this.hookCoordinator(await findGroupCoordinator(request));
      return this.coordinator;
    };
    new OutOfRangeFetches(cluster, this.listener.outOfRange).watch();
    this.rejoins = new OrderlyRejoins(cluster);
    this.rejoins.watch();
  }

  private hookCoordinator(coordinator: PrivateBroker): PrivateBroker {
    if (this.hooked.has(coordinator)) return coordinator;
    this.hooked.add(coordinator);
    const joinGroup = coordinator.joinGroup.bind(coordinator);
    const syncGroup = coordinator.syncGroup.bind(coordinator);
    const heartbeat = coordinator.heartbeat.bind(coordinator);
    coordinator.joinGroup = async (request) => {
      this.joining = true;
      this.rejoins?.joining();
      try {
        return await joinGroup(request);
      } catch (error) {
        this.joining = false;
        throw error;
      }
    };
    coordinator.syncGroup = async (request) => {
      try {
        const answer = await syncGroup(request);
        this.synced = { generation: request.generationId, memberId: request.memberId };
        this.rejoins?.joined(this.topics);
        return answer;
      } finally {
        this.joining = false;
      }
    };
    coordinator.heartbeat = async (request) => {
      const answer = await heartbeat(request);
      this.listener.heartbeatAccepted();
      return answer;
    };
    this.hookOffsetFetch(coordinator);
    return coordinator;
  }

  private hookOffsetFetch(coordinator: PrivateBroker): void {
    const offsetFetch = coordinator.offsetFetch.bind(coordinator);
    coordinator.offsetFetch = async (request) => {
      const asked = this.synced;
      const answer = await offsetFetch(request);
      // An answer to a membership that is over may be older than what the next owner has committed.
      if (asked === this.synced && !this.joining) this.listener.offsetsRead(offsetsIn(answer));
      return answer;
    };
  }

  private roundRobin(): Assigner {
    const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;
    const name = 'RoundRobinAssigner';
    const version = 0;
    return {
      name,
      version,
      protocol: ({ topics }) => {
        this.topics = topics;
        const metadata = MemberMetadata.encode({ version, topics, userData: Buffer.alloc(0) });
        return { name, metadata };
      },
      assign: async ({ members, topics }) => {
        const partitions = new Map(
          topics.map((topic) => [
            topic,
            this.cluster!.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
          ]),
        );
        const assignments = this.assign(
          members.map(({ memberId }) => memberId),
          partitions,
        );
        return Promise.resolve(
          [...assignments].map(([memberId, assignment]) => ({
            memberId,
            memberAssignment: MemberAssignment.encode({
              version,
              assignment,
              userData: Buffer.alloc(0),
            }),
          })),
        );
      },
    };
  }
}

function offsetsIn({ responses }: OffsetFetchAnswer): CommittedOffset[] {
  return responses.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, offset, metadata }) => ({
      topic,
      partition,
      nextOffset: Number(offset),
      metadata: metadata ?? '',
    })),
  );
}

function byTopic<Place extends { topic: string }, Result>(
  places: readonly Place[],
  toPartition: (place: Place) => Result,
): { topic: string; partitions: Result[] }[] {
  const topics = new Map<string, Result[]>();
  for (const place of places) {
    const partitions = topics.get(place.topic) ?? [];
    partitions.push(toPartition(place));
    topics.set(place.topic, partitions);
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }));
}
