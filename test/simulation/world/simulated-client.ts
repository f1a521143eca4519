import kafkajs, { type Assigner, type PartitionAssigner } from 'kafkajs';
import { GroupMembership } from '../../../src/kafka/client/group-membership.js';
import type {
  Assignment,
  AssignmentStrategy,
  GroupClient,
  GroupClientListener,
  GroupPlace,
  OffsetToCommit,
} from '../../../src/kafka/client/index.js';
import type {
  OffsetFetchAnswer,
  PrivateCluster,
} from '../../../src/kafka/client/private-cluster.js';
import type { KafkaSettings } from '../../../src/config/index.js';
import type { JoinAnswer, Refusal } from './group-coordinator.js';
import { TOPIC } from './partition-log.js';
import { SimulatedCluster, type SyncRequest } from './simulated-cluster.js';
import type { SimulatedMember } from './simulated-member.js';

const HEARTBEAT_MS = 1_000;

/** The settings carry the simulated process, because the group consumer makes its own clients. */
export interface SimulatedSettings extends KafkaSettings {
  readonly member: SimulatedMember;
}

type PublicSide = { readonly [Name in keyof GroupClient]: GroupClient[Name] };

/**
 * Stands in the place of the client on kafkajs, with the real membership on a simulated cluster: it keeps positions and
 * pauses, fetches, heartbeats, joins and syncs in the order in which kafkajs does, and tells its listener the same.
 */
export class SimulatedClient implements PublicSide {
  assignment: Assignment = new Map();
  isHeld = false;
  isClosed = false;
  memberId = '';
  readonly positions = new Map<number, number>();
  readonly paused = new Set<number>();
  readonly membership: GroupMembership;
  private readonly member: SimulatedMember;
  private readonly cluster: SimulatedCluster;
  private readonly assigners: readonly Assigner[];
  private heartbeats: NodeJS.Timeout | undefined;
  private isBeating = false;
  /** Set while the positions of an assignment are not known. */
  private readOffsets: (() => Promise<OffsetFetchAnswer>) | undefined;
  private isJoinWanted = false;
  private isJoinUnderWay = false;

  constructor(
    settings: KafkaSettings,
    private readonly place: GroupPlace,
    strategy: AssignmentStrategy,
    private readonly listener: GroupClientListener,
  ) {
    this.member = (settings as SimulatedSettings).member;
    this.member.client = this;
    this.cluster = new SimulatedCluster(this.member);
    const ifOpen = (tell: () => void): void => (this.isClosed ? undefined : tell());
    this.membership = new GroupMembership(place, strategy, {
      beforeJoin: () => (this.isClosed ? Promise.resolve() : listener.beforeJoin()),
      heartbeatAccepted: (sentAt) => ifOpen(() => listener.heartbeatAccepted(sentAt)),
      offsetsRead: (offsets) => ifOpen(() => listener.offsetsRead(offsets)),
      outOfRange: () => undefined,
      lost: () => ifOpen(() => listener.membershipLost()),
    });
    const given = { cluster: this.cluster } as unknown as Parameters<PartitionAssigner>[0];
    this.assigners = this.membership.assigners.map((assigner) => assigner(given));
    for (const assigner of this.assigners) assigner.protocol({ topics: [TOPIC] });
  }

  private get world() {
    return this.member.world;
  }

  get isJoining(): boolean {
    return this.membership.isJoining;
  }

  start(): Promise<void> {
    if (this.member.isCut) return Promise.reject(new Error('no broker answers'));
    this.heartbeats = setInterval(() => void this.beat(), HEARTBEAT_MS);
    void this.join();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.isClosed = true;
    this.cluster.isClosed = true;
    clearInterval(this.heartbeats);
    if (this.member.isDead) return new Promise(() => undefined);
    this.world.wire.close(this.member);
    this.world.referee.leaves(this.member);
    if (!this.member.isCut) this.leave();
    return Promise.resolve();
  }

  private leave(): void {
    this.world.coordinator.leave(this.memberId);
    this.place.left(this.memberId);
  }

  pause(_topic: string, partition: number): void {
    this.paused.add(partition);
  }

  resume(_topic: string, partition: number): void {
    this.paused.delete(partition);
  }

  seek(_topic: string, partition: number, offset: number): void {
    this.positions.set(partition, offset);
  }

  commit(offsets: readonly OffsetToCommit[]): Promise<void> {
    return this.membership.commit(offsets);
  }

  committed(partitions: readonly { topic: string; partition: number }[]) {
    return this.membership.committed(partitions);
  }

  heartbeat(): Promise<void> {
    return this.membership.heartbeat();
  }

  rejoin(): void {
    this.membership.rejoin();
  }

  /** What kafkajs's loop does from time to time: one heartbeat, and a join where one is due. */
  async beat(): Promise<void> {
    if (this.isBeating || this.isJoinUnderWay || this.isClosed || this.member.isCut) return;
    this.isBeating = true;
    if (!this.isJoinWanted && !this.membership.isRejoinDue) {
      await this.heartbeat().catch((error: unknown) => this.refused(error));
    }
    this.isBeating = false;
    if (this.isJoinWanted || this.membership.isRejoinDue) await this.join();
    else await this.begin();
  }

  crash(): void {
    this.listener.crashed(new Error('the connection broke'));
  }

  /** One fetch of one partition. False when there was nothing to do. */
  fetch(partition: number, most: number): boolean {
    const log = this.world.logs[partition]!;
    const position = this.positions.get(partition);
    if (position === undefined || this.isHeld || this.isClosed || this.member.isCut) return false;
    if (this.isJoinUnderWay || this.isJoinWanted || this.paused.has(partition)) return false;
    if (this.membership.isRejoinDue) {
      void this.join();
      return true;
    }
    if (log.isOutOfRange(position)) {
      this.paused.add(partition);
      this.world.referee.opens(this.member, log, log.start);
      this.listener.outOfRange(TOPIC, partition, position);
      return true;
    }
    if (position === log.end) return false;
    const batch = log.read(position, most);
    if (batch.records.length === 0) this.listener.advanced(TOPIC, partition, batch.nextOffset);
    else if (!this.listener.fetched(batch)) return false;
    this.positions.set(partition, batch.nextOffset);
    this.isHeld = true;
    void this.listener.hold(() => this.heartbeat()).then(() => (this.isHeld = false));
    return true;
  }

  private refused(error: unknown): void {
    const { type } = error as Refusal;
    if (type === undefined) return;
    if (type === 'UNKNOWN_MEMBER_ID') this.memberId = '';
    this.isJoinWanted = true;
  }

  private async join(): Promise<void> {
    if (this.isJoinUnderWay || this.isClosed || this.member.isDead) return;
    this.isJoinUnderWay = true;
    this.isJoinWanted = true;
    try {
      await this.joinAndSync();
    } catch (error) {
      this.refused(error);
    }
    this.isJoinUnderWay = false;
  }

  private async joinAndSync(): Promise<void> {
    // The membership has put its own methods on it.
    const cluster: PrivateCluster = this.cluster;
    const coordinator = await cluster.findGroupCoordinator({ groupId: 'group' });
    if (this.isClosed || this.member.isDead) return;
    if (!this.world.coordinator.has(this.memberId)) {
      this.memberId = this.world.newMemberId(this.member);
    }
    this.world.referee.joins(this.member);
    const joined = await coordinator.joinGroup({ memberId: this.memberId, groupProtocols: [] });
    const { generationId, memberId, leaderId, groupProtocol, members } = joined as JoinAnswer;
    const assigner = this.assigners.find(({ name }) => name === groupProtocol)!;
    const groupAssignment =
      leaderId === memberId ? await assigner.assign({ members, topics: [TOPIC] }) : [];
    const request: SyncRequest = { generationId, memberId, groupAssignment };
    const { memberAssignment } = await coordinator.syncGroup(request);
    if (this.isClosed || this.member.isDead) return;
    this.isJoinWanted = false;
    this.joined(memberAssignment);
    this.readOffsets = () => coordinator.offsetFetch({});
    await this.begin();
  }

  private joined(memberAssignment: Buffer): void {
    const { MemberAssignment } = kafkajs.AssignerProtocol;
    const decoded = MemberAssignment.decode(memberAssignment)?.assignment ?? {};
    this.assignment = new Map(Object.entries(decoded));
    this.positions.clear();
    this.readOffsets = undefined;
    this.world.referee.assigned(this.member);
    this.listener.joined(this.membership.current!, this.assignment);
    this.membership.assigned();
  }

  /** Partitions whose position was not sought begin at the group's, which is asked for until it is told. */
  private async begin(): Promise<void> {
    const asked = this.readOffsets;
    const answer = await asked?.().catch(() => undefined);
    if (answer === undefined || asked !== this.readOffsets) return;
    this.readOffsets = undefined;
    for (const { partition, offset } of answer.responses[0]!.partitions) {
      if (!this.assignment.get(TOPIC)?.includes(partition)) continue;
      const log = this.world.logs[partition]!;
      const committed = Number(offset) < 0 ? log.start : Number(offset);
      const position = this.positions.get(partition) ?? committed;
      this.positions.set(partition, position);
      this.world.referee.opens(this.member, log, log.isOutOfRange(position) ? log.start : position);
    }
  }
}
