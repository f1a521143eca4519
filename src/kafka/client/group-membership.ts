import type { PartitionAssigner } from 'kafkajs';
import { byTopic, offsetsIn, type CommittedOffset, type OffsetToCommit } from './group-offsets.js';
import type { GroupPlace } from './group-place.js';
import { GroupProtocol, type AssignmentStrategy } from './group-protocol.js';
import { JoinChain } from './join-chain.js';
import { OrderlyRejoins } from './orderly-rejoins.js';
import { watchForOutOfRange, type ReportOutOfRange } from './out-of-range-fetches.js';
import type { PrivateBroker, PrivateCluster } from './private-cluster.js';
import { TopicIdentities } from './topic-identities.js';
import type { TopicIds } from './wire/index.js';

/** Which member of which generation of the group we are. Commits carry it, and the broker fences by it. */
export interface Membership {
  readonly generation: number;
  readonly memberId: string;
  /** The generation from which on nobody else can have had what this member claimed; undefined when it starts anew. */
  readonly continues: number | undefined;
  /** False when a member without our assignor is in the group. */
  readonly isCooperative: boolean;
  /** True when the leader gave out nothing that another member claimed. */
  readonly areClaimsHonoured: boolean;
  /** Those of the group's topics, as far as the broker tells them. */
  readonly topicIds: TopicIds;
}

export interface MembershipListener {
  /** Awaited before every JoinGroup, while the old membership still holds. Must not reject. */
  beforeJoin(): Promise<void>;
  /** The broker counted us as a member after `sentAt` (performance.now): by a heartbeat or a SyncGroup. */
  heartbeatAccepted(sentAt: number): void;
  /** The group's committed offsets were read, by kafkajs after a join or by us. */
  offsetsRead(offsets: readonly CommittedOffset[]): void;
  outOfRange: ReportOutOfRange;
  /** The broker no longer knows this member: whatever it had may be another's by now. */
  lost(): void;
}

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
  private isGuarded = false;
  private syncSentAt = 0;
  private rejoins: OrderlyRejoins | undefined;
  private readonly chain = new JoinChain();
  private readonly protocol: GroupProtocol;
  private readonly identities = new TopicIdentities();
  private readonly hooked = new WeakSet<object>();

  constructor(
    private readonly place: GroupPlace,
    strategy: AssignmentStrategy,
    private readonly listener: MembershipListener,
  ) {
    this.protocol = new GroupProtocol(
      strategy,
      () => this.cluster!,
      () => this.connectedCoordinator(),
    );
  }

  /** The membership of the last completed join, or undefined before the first. */
  get current(): Membership | undefined {
    return this.synced;
  }

  /**
   * True from JoinGroup until its assignment is taken over: a commit would wait behind the join and come back refused,
   * or bring what is no longer ours.
   */
  get isJoining(): boolean {
    return this.joining;
  }

  /** True when fetching must make way for a join. */
  get isRejoinDue(): boolean {
    return this.rejoins?.isDue ?? false;
  }

  /** What kafkajs is given. */
  get assigners(): PartitionAssigner[] {
    return this.protocol.assigners.map((assigner) => ({ cluster }) => {
      this.hookCluster(cluster as unknown as PrivateCluster);
      return assigner;
    });
  }

  /** Joins anew as the same member, to say what has changed about it. */
  rejoin(): void {
    this.rejoins?.request();
  }

  /** The assignment of the last join has been taken over. */
  assigned(): void {
    this.joining = false;
    this.rejoins?.joined(this.protocol.topics);
    this.listener.heartbeatAccepted(this.syncSentAt);
  }

  /** Commits as the last synced member. Rejects with the broker's own error; resolves only when it was accepted. */
  async commit(offsets: readonly OffsetToCommit[]): Promise<void> {
    const membership = this.requireMembership();
    const coordinator = await this.connectedCoordinator();
    await coordinator.offsetCommit({
      groupId: this.place.id,
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
      groupId: this.place.id,
      topics: byTopic(partitions, ({ partition }) => ({ partition })),
    });
    return offsetsIn(answer).filter(({ nextOffset }) => nextOffset >= 0);
  }

  /** Keeps the session alive while the rejoin is held; during a rebalance the broker refuses it but counts it. */
  async heartbeat(): Promise<void> {
    const { generation: groupGenerationId, memberId } = this.requireMembership();
    const coordinator = await this.connectedCoordinator();
    await coordinator.heartbeat({ groupId: this.place.id, groupGenerationId, memberId });
  }

  private requireMembership(): Membership {
    if (this.synced === undefined) throw new Error(`not a member of group ${this.place.id} yet`);
    return this.synced;
  }

  private async connectedCoordinator(): Promise<PrivateBroker> {
    if (this.cluster === undefined || this.coordinator === undefined) {
      throw new Error(`the coordinator of group ${this.place.id} is not known yet`);
    }
    if (!this.coordinator.isConnected()) {
      this.coordinator = this.hookCoordinator(await this.cluster.findBroker(this.coordinator));
    }
    return this.coordinator;
  }

  private hookCluster(cluster: PrivateCluster): void {
    if (this.cluster === cluster) return;
    const findGroupCoordinator = cluster.findGroupCoordinator.bind(cluster);
    this.cluster = cluster;
    cluster.findGroupCoordinator = async (request) => {
      await this.listener.beforeJoin();
      this.coordinator = this.hookCoordinator(await findGroupCoordinator(request));
      await this.place.vacate(this.coordinator);
      return this.coordinator;
    };
    watchForOutOfRange(cluster, this.listener.outOfRange);
    this.rejoins = new OrderlyRejoins(cluster);
    this.rejoins.watch();
  }

  private hookCoordinator(coordinator: PrivateBroker): PrivateBroker {
    if (this.hooked.has(coordinator)) return coordinator;
    this.hooked.add(coordinator);
    this.place.watch(coordinator);
    const joinGroup = coordinator.joinGroup.bind(coordinator);
    const syncGroup = coordinator.syncGroup.bind(coordinator);
    coordinator.joinGroup = async (request) => {
      if (request.memberId !== this.synced?.memberId) this.lose();
      this.joining = true;
      this.rejoins?.joining();
      const answer = await joinGroup({ ...request, groupProtocols: this.protocol.offers() });
      const { generationId: generation, memberId } = answer;
      this.isGuarded = this.protocol.isCooperative(answer.groupProtocol);
      this.chain.answered({ generation, memberId, isGuarded: this.isGuarded });
      return answer;
    };
    coordinator.syncGroup = async (request) => {
      this.syncSentAt = performance.now();
      const answer = await syncGroup(request);
      const topicIds = await this.identities.read(coordinator, this.protocol.topics);
      this.synced = {
        generation: request.generationId,
        memberId: request.memberId,
        continues: this.chain.complete(),
        isCooperative: this.isGuarded,
        areClaimsHonoured: this.protocol.honoursClaims(answer.memberAssignment),
        topicIds,
      };
      return answer;
    };
    this.hookHeartbeat(coordinator);
    this.hookOffsetFetch(coordinator);
    return coordinator;
  }

  private hookHeartbeat(coordinator: PrivateBroker): void {
    const heartbeat = coordinator.heartbeat.bind(coordinator);
    coordinator.heartbeat = async (request) => {
      const sentAt = performance.now();
      const answer = await this.noticingLoss(() => heartbeat(request));
      this.listener.heartbeatAccepted(sentAt);
      void this.noticeNewTopics(coordinator);
      return answer;
    };
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

  /** A topic may be made anew between two fetches, so that none of them fails. */
  private async noticeNewTopics(coordinator: PrivateBroker): Promise<void> {
    if (await this.identities.haveChanged(coordinator, this.protocol.topics)) this.rejoin();
  }

  private async noticingLoss<Answer>(request: () => Promise<Answer>): Promise<Answer> {
    const asMember = this.synced;
    try {
      return await request();
    } catch (error) {
      const isUnknown = (error as { type?: string }).type === 'UNKNOWN_MEMBER_ID';
      if (isUnknown && asMember === this.synced) this.lose();
      throw error;
    }
  }

  private lose(): void {
    if (this.synced === undefined) return;
    this.synced = undefined;
    this.listener.lost();
  }
}
