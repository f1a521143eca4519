import { Logger } from '@nestjs/common';
import kafkajs, { type Assigner, type GroupMember as WireMember, type GroupState } from 'kafkajs';
import type { PrivateBroker, PrivateCluster } from './private-cluster.js';

/** A member as the leader sees it. */
export interface GroupMember {
  readonly memberId: string;
  readonly topics: readonly string[];
  /** What its own strategy's `claim` said; anything at all from a member that is not ours. */
  readonly claim: Uint8Array;
}

/** How partitions are given out. None of these may throw. */
export interface AssignmentStrategy {
  /** What this member tells the leader of itself, asked right before each join. */
  claim(): Buffer;
  /** Called on the leader alone. `partitions` are counts; every member must be named in the result. */
  assign(
    members: readonly GroupMember[],
    partitions: ReadonlyMap<string, number>,
  ): ReadonlyMap<string, Record<string, number[]>>;
}

/** Chosen by the broker when every member has it. */
const COOPERATIVE = 'millrace-cooperative';
/** kafkajs's own, so that its members can be in the group too. It only names what all agree on. */
const ROUND_ROBIN = 'RoundRobinAssigner';
const VERSION = 0;
/** In the assignment's bytes for extras: its leader withheld what other members claim. */
const CLAIMS_HONOURED = Buffer.from('millrace-claims-1');

/**
 * Our side of the group protocol's contents: what a join offers, what a leader hands out. As leader we honour claims
 * under either protocol, and say so in each assignment; a leader of another kind does not.
 */
export class GroupProtocol {
  private readonly logger = new Logger(GroupProtocol.name);
  topics: readonly string[] = [];

  constructor(
    private readonly strategy: AssignmentStrategy,
    private readonly cluster: () => PrivateCluster,
    private readonly coordinator: () => Promise<PrivateBroker>,
  ) {}

  /** The preferred one first. */
  readonly assigners: readonly Assigner[] = [COOPERATIVE, ROUND_ROBIN].map((name) => ({
    name,
    version: VERSION,
    protocol: ({ topics }) => {
      this.topics = topics;
      return { name, metadata: this.metadata() };
    },
    assign: ({ members }) => this.assign(members),
  }));

  /** What is offered in a join, with the claim as it is now. */
  offers(): GroupState[] {
    return [COOPERATIVE, ROUND_ROBIN].map((name) => ({ name, metadata: this.metadata() }));
  }

  isCooperative(protocol: string): boolean {
    return protocol === COOPERATIVE;
  }

  honoursClaims(memberAssignment: Buffer): boolean {
    try {
      const { MemberAssignment } = kafkajs.AssignerProtocol;
      const userData = MemberAssignment.decode(memberAssignment)?.userData;
      return userData !== undefined && CLAIMS_HONOURED.equals(userData);
    } catch {
      return false;
    }
  }

  private metadata(): Buffer {
    const { MemberMetadata } = kafkajs.AssignerProtocol;
    const topics = [...this.topics];
    return MemberMetadata.encode({ version: VERSION, topics, userData: this.strategy.claim() });
  }

  private async assign(wireMembers: readonly WireMember[]) {
    const { MemberAssignment } = kafkajs.AssignerProtocol;
    const members = wireMembers.map((member) => this.memberFrom(member));
    const topics = new Set(members.flatMap((member) => member.topics));
    const partitions = new Map<string, number>();
    for (const topic of topics) partitions.set(topic, await this.partitionsOf(topic));
    return [...this.strategy.assign(members, partitions)].map(([memberId, assignment]) => ({
      memberId,
      memberAssignment: MemberAssignment.encode({
        version: VERSION,
        assignment,
        userData: CLAIMS_HONOURED,
      }),
    }));
  }

  private memberFrom({ memberId, memberMetadata }: WireMember): GroupMember {
    try {
      const metadata = kafkajs.AssignerProtocol.MemberMetadata.decode(memberMetadata);
      const topics = metadata?.topics ?? [];
      return { memberId, topics, claim: metadata?.userData ?? Buffer.alloc(0) };
    } catch {
      this.logger.warn('a member says what cannot be read; it gets no partitions', { memberId });
      return { memberId, topics: [], claim: Buffer.alloc(0) };
    }
  }

  /** Our own topics are known; those of members of another version are asked for one by one, so that none fails all. */
  private async partitionsOf(topic: string): Promise<number> {
    if (this.topics.includes(topic)) return this.cluster().findTopicPartitionMetadata(topic).length;
    try {
      const { topicMetadata } = await (await this.coordinator()).metadata([topic]);
      return topicMetadata[0]?.partitionMetadata.length ?? 0;
    } catch (error) {
      const message =
        'a topic that another member subscribes to cannot be read; nobody gets it now';
      this.logger.warn(message, { topic, error: (error as Error).message });
      return 0;
    }
  }
}
