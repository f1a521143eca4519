import kafkajs from 'kafkajs';
import type { JoinGroupRequest } from '../../../src/kafka/client/private-cluster.js';
import type { OffsetToCommit } from '../../../src/kafka/client/index.js';
import { TOPIC, type PartitionLog } from './partition-log.js';

/** What the broker answers when the group has moved on. kafkajs's errors carry it as `type`. */
export class Refusal extends Error {
  constructor(readonly type: string) {
    super(type);
  }
}

/** As whom a request is sent. */
export interface Sender {
  readonly memberId: string;
  readonly generation: number;
}

export interface JoinAnswer {
  readonly generationId: number;
  readonly memberId: string;
  readonly leaderId: string;
  readonly groupProtocol: string;
  readonly members: { memberId: string; memberMetadata: Buffer }[];
}

export interface GivenAssignment {
  readonly memberId: string;
  readonly memberAssignment: Buffer;
}

interface GroupMember {
  readonly memberId: string;
  lastSign: number;
  protocols: JoinGroupRequest['groupProtocols'];
  /** The answer to its JoinGroup, while it waits for one. */
  joined: ((answer: JoinAnswer) => void) | undefined;
}

export interface CoordinatorOptions {
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly logs: readonly PartitionLog[];
  readonly now: () => number;
  readonly evicted: (memberId: string) => void;
  readonly given: (memberId: string, partitions: readonly number[]) => void;
}

/**
 * The broker's side of one consumer group, classic protocol, answering as Kafka does: commits are checked for member and
 * generation, never for ownership; the old generation may commit until its member has joined again.
 */
export class GroupCoordinator {
  generation = 0;
  private state: 'empty' | 'preparing' | 'completing' | 'stable' = 'empty';
  private readonly members = new Map<string, GroupMember>();
  private readonly assignments = new Map<string, Buffer>();
  private leaderId: string | undefined;
  private preparingSince = 0;

  constructor(private readonly options: CoordinatorOptions) {}

  get isStable(): boolean {
    return this.state === 'stable' || this.state === 'empty';
  }

  isCurrent({ memberId, generation }: Sender): boolean {
    return this.members.has(memberId) && generation === this.generation;
  }

  has(memberId: string): boolean {
    return this.members.has(memberId);
  }

  join(
    memberId: string,
    protocols: JoinGroupRequest['groupProtocols'],
    joined: (answer: JoinAnswer) => void,
  ): void {
    const lastSign = this.options.now();
    this.members.set(memberId, { memberId, lastSign, protocols, joined });
    this.prepare();
    this.completeJoin();
  }

  /** Members other than the leader get no answer before the leader has sent the assignment. */
  maySync(sender: Sender): boolean {
    return (
      this.state !== 'completing' || sender.memberId === this.leaderId || !this.isCurrent(sender)
    );
  }

  sync(sender: Sender, given: readonly GivenAssignment[]): Buffer {
    this.check(sender);
    if (this.state === 'preparing') throw new Refusal('REBALANCE_IN_PROGRESS');
    if (this.state === 'completing') this.give(given);
    this.members.get(sender.memberId)!.lastSign = this.options.now();
    return this.assignments.get(sender.memberId) ?? Buffer.alloc(0);
  }

  heartbeat(sender: Sender): void {
    this.check(sender);
    this.members.get(sender.memberId)!.lastSign = this.options.now();
    if (this.state !== 'stable') throw new Refusal('REBALANCE_IN_PROGRESS');
  }

  commit(sender: Sender, offsets: readonly OffsetToCommit[]): void {
    this.check(sender);
    if (this.state === 'completing') throw new Refusal('REBALANCE_IN_PROGRESS');
    for (const { partition, nextOffset, metadata } of offsets) {
      const log = this.options.logs[partition]!;
      log.committed = nextOffset;
      log.committedMetadata = metadata ?? '';
    }
  }

  leave(memberId: string): void {
    if (!this.members.delete(memberId)) return;
    if (this.members.size === 0) {
      this.state = 'empty';
      return;
    }
    this.prepare();
    this.completeJoin();
  }

  /** Evicts who was silent for a session, and who did not join again within the rebalance timeout. */
  expire(): void {
    const { now, sessionTimeoutMs, rebalanceTimeoutMs } = this.options;
    for (const { memberId, lastSign, joined } of [...this.members.values()]) {
      if (joined !== undefined) continue;
      const isLate = this.state === 'preparing' && now() - this.preparingSince > rebalanceTimeoutMs;
      if (!isLate && now() - lastSign <= sessionTimeoutMs) continue;
      this.options.evicted(memberId);
      this.leave(memberId);
    }
  }

  private give(given: readonly GivenAssignment[]): void {
    this.state = 'stable';
    this.assignments.clear();
    for (const { memberId, memberAssignment } of given) {
      this.assignments.set(memberId, memberAssignment);
      const decoded = kafkajs.AssignerProtocol.MemberAssignment.decode(memberAssignment);
      this.options.given(memberId, decoded?.assignment[TOPIC] ?? []);
    }
  }

  private check(sender: Sender): void {
    if (!this.members.has(sender.memberId)) throw new Refusal('UNKNOWN_MEMBER_ID');
    if (sender.generation !== this.generation) throw new Refusal('ILLEGAL_GENERATION');
  }

  private prepare(): void {
    if (this.state === 'preparing') return;
    this.state = 'preparing';
    this.preparingSince = this.options.now();
  }

  private completeJoin(): void {
    const waiting = [...this.members.values()];
    if (waiting.some(({ joined }) => joined === undefined)) return;
    this.generation += 1;
    this.state = 'completing';
    if (!this.has(this.leaderId ?? '')) this.leaderId = waiting[0]!.memberId;
    const { name } = waiting[0]!.protocols[0]!;
    const members = waiting.map(({ memberId, protocols }) => ({
      memberId,
      memberMetadata: protocols[0]!.metadata,
    }));
    for (const member of waiting) {
      const { memberId } = member;
      const joined = member.joined!;
      member.joined = undefined;
      const leaderId = this.leaderId!;
      const generationId = this.generation;
      joined({ generationId, memberId, leaderId, groupProtocol: name, members });
    }
  }
}
