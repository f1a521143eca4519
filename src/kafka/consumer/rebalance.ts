import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { GroupPlace, type Assignment, type Membership } from '../client/index.js';
import type { AssignedPartition } from './assigned-partition.js';
import { Revocations, type Reassignment } from './assignment/index.js';
import { BufferFlushing } from './buffer-flushing.js';
import type { GroupEngine } from './group-engine.js';
import type { OffsetCommitter } from './offset-committer.js';
import { flushSessions } from './transactions/index.js';

/** A rejoin is held at most this long for handlers under way; the others of the group wait meanwhile. */
const LONGEST_HOLD_MS = 10_000;
/** What is to go elsewhere may take longer to end: nobody but its next owner waits for it. */
const LONGEST_DRAIN_MS = 30_000;
const HELD_HEARTBEAT_MS = 1_000;
const DRAIN_POLL_MS = 10;

const COOPERATIVE = 'cooperative';
const ROUND_ROBIN =
  'round-robin (a member without the cooperative assignor is in the group: at each rebalance all partitions ' +
  'stand still until handlers have ended, and past the bound records may be handled twice)';

/** How a rebalance reaches the broker. */
export interface RebalanceChannel {
  readonly isJoining: boolean;
  heartbeat(): Promise<void>;
  rejoin(): void;
}

/**
 * This member's way through rebalances. With its like alone in the group nothing stands still: what it keeps goes on,
 * and what is to go elsewhere is drained, committed and given up before anybody else gets it. With another kind of
 * member in the group the leader may not wait for that, so each rejoin is held until everything has ended.
 */
export class Rebalance {
  /** Over connections: a new one is a new member. */
  readonly place: GroupPlace;
  private readonly logger: Logger;
  private readonly revocations: Revocations;
  private readonly buffers: BufferFlushing;
  private channel: RebalanceChannel | undefined;
  private isCooperative = true;
  /** Joins that gave an assignment, since the start of the process. */
  count = 0;

  constructor(
    groupId: string,
    private readonly engine: GroupEngine,
    private readonly committer: OffsetCommitter,
    private readonly rebalanceTimeoutMs: number,
  ) {
    this.logger = new Logger(`group ${groupId}`);
    this.buffers = new BufferFlushing(engine.plan);
    this.place = new GroupPlace(groupId, () => this.handlersEnded());
    this.revocations = new Revocations(
      {
        draining: () => engine.table.draining(),
        commit: (deadline, partitions) => this.commit(deadline, partitions),
        release: (partition) => engine.release(partition),
        rejoin: () => this.channel?.rejoin(),
      },
      Math.min(LONGEST_DRAIN_MS, rebalanceTimeoutMs / 2),
    );
  }

  get assignor(): string {
    return this.isCooperative ? COOPERATIVE : ROUND_ROBIN;
  }

  /** A new connection begins. */
  attach(channel: RebalanceChannel): void {
    this.place.renew();
    this.channel = channel;
  }

  /** Awaited before a JoinGroup, as the member of the last assignment still. `finishing` is a stop under way. */
  async beforeJoin(finishing: Promise<unknown> | undefined): Promise<void> {
    if (this.isCooperative) {
      // Not needed for what is claimed; but if we are gone after this join, less comes again.
      if (finishing === undefined && this.channel?.isJoining === false) await this.committer.once();
      return;
    }
    const limit = Math.min(LONGEST_HOLD_MS, this.rebalanceTimeoutMs / 2);
    this.engine.freeze();
    // The broker refuses these heartbeats (a rebalance is under way) and keeps the session alive for them all the same.
    const heartbeats = setInterval(() => {
      this.channel?.heartbeat().catch(() => undefined);
    }, HELD_HEARTBEAT_MS);
    const held = new AbortController();
    await Promise.race([
      finishing ?? this.finishUnderWay(performance.now() + limit),
      waitUnlessAborted(limit, held.signal),
    ]);
    held.abort();
    clearInterval(heartbeats);
  }

  joined(membership: Membership, assignment: Assignment): Reassignment {
    const reassignment = this.engine.reassign(membership, assignment);
    this.count += 1;
    if (this.isCooperative !== membership.isCooperative) {
      this.isCooperative = membership.isCooperative;
      if (this.isCooperative) this.logger.log('every member has the cooperative assignor again');
      else this.logger.warn(`assignor: ${ROUND_ROBIN}`);
    }
    this.buffers.begin(reassignment.revoked, ({ isDraining }) => isDraining);
    this.revocations.begin(reassignment.revoked);
    return reassignment;
  }

  /** True when everything under way has ended and is committed. Never rejects. */
  async finishUnderWay(deadline: number): Promise<boolean> {
    let isOver = false;
    this.buffers.begin(this.engine.table.claimed(), () => !isOver);
    const drained = await this.drained(deadline);
    isOver = true;
    const committed = await this.commit(deadline, this.engine.table.claimed());
    return drained && committed;
  }

  private async commit(
    deadline: number,
    partitions: readonly AssignedPartition[],
  ): Promise<boolean> {
    const committed = await Promise.all([
      this.committer.flush(deadline, partitions),
      flushSessions(deadline, partitions),
    ]);
    return committed.every(Boolean);
  }

  private async drained(deadline: number): Promise<boolean> {
    while (this.engine.table.claimed().some(({ running }) => running > 0)) {
      if (performance.now() >= deadline) return false;
      await sleep(DRAIN_POLL_MS);
    }
    return true;
  }

  /** Of lost partitions too; or the session in which they began has ended, and nobody would have waited for them. */
  private async handlersEnded(): Promise<void> {
    const { workers, lease } = this.engine;
    const areRunning = (): boolean =>
      [...workers.values()].some(({ oldest }) => oldest !== undefined);
    while (areRunning() && performance.now() < lease.sessionEndsAt) await sleep(DRAIN_POLL_MS);
  }

  stop(): void {
    this.revocations.stop();
  }
}

function waitUnlessAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
