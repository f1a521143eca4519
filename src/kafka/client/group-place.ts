import type { PrivateBroker } from './private-cluster.js';

/**
 * This process's place in a group, from one connection to the next. A connection that broke leaves a member behind, and
 * the broker holds every join back until that one's session has ended. So before a new connection joins, the member that
 * was before leaves, once its own handlers have ended. Where the broker does not take that, the session's end does it;
 * so too for a member that the broker let in without its answer reaching us.
 */
export class GroupPlace {
  private current: string | undefined;
  private former: string | undefined;

  /** `handlersEnded` resolves when nothing of the former member runs any more, or nobody should wait for it. */
  constructor(
    readonly id: string,
    private readonly handlersEnded: () => Promise<void>,
  ) {}

  /** A new connection begins: what the last one was in the group is over. */
  renew(): void {
    this.former = this.current ?? this.former;
    this.current = undefined;
  }

  /** Learns from this coordinator's answers which member the broker has let in, or let go. */
  watch(coordinator: Pick<PrivateBroker, 'joinGroup' | 'leaveGroup'>): void {
    const joinGroup = coordinator.joinGroup.bind(coordinator);
    const leaveGroup = coordinator.leaveGroup.bind(coordinator);
    coordinator.joinGroup = async (request) => {
      const answer = await joinGroup(request);
      this.taken(answer.memberId);
      return answer;
    };
    coordinator.leaveGroup = async (request) => {
      const answer = await leaveGroup(request);
      this.left(request.memberId);
      return answer;
    };
  }

  taken(memberId: string): void {
    this.current = memberId;
  }

  left(memberId: string): void {
    if (this.current === memberId) this.current = undefined;
    if (this.former === memberId) this.former = undefined;
  }

  /** Awaited before each join. Never rejects: a broker that cannot answer this refuses the join as well. */
  async vacate(coordinator: Pick<PrivateBroker, 'leaveGroup'>): Promise<void> {
    const { id: groupId, former } = this;
    if (former === undefined) return;
    await this.handlersEnded();
    try {
      await coordinator.leaveGroup({ groupId, memberId: former });
      this.left(former);
    } catch (error) {
      // Asked again before the next join, unless the broker has spoken for good: it knows that member no more.
      if ((error as { retriable?: boolean }).retriable !== true) this.left(former);
    }
  }
}
