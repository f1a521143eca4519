import { Logger } from '@nestjs/common';
import { describeError } from '../../../observability/index.js';
import type { CommittedOffset } from '../../client/index.js';
import type { TransactedPartition, TransactionSession } from '../../ports/index.js';
import type { AssignedPartition } from '../assigned-partition.js';
import type { GroupPlan } from '../group-plan.js';

const POLL_MS = 20;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;
/** What has waited longer for nothing else is committed, an offset alone included. */
const TICK_MS = 250;

export interface PartitionSessionsOptions {
  readonly plan: GroupPlan;
  readonly lease: { readonly isValid: boolean; isRenewedSince(time: number): boolean };
  readonly positions: {
    restart(partition: AssignedPartition): AssignedPartition;
    relocate(partition: AssignedPartition, position: number): void;
    goOn(partition: AssignedPartition): void;
  };
  /** The partitions whose results count. */
  readonly claimed: () => readonly AssignedPartition[];
  readonly committed: (partitions: readonly AssignedPartition[]) => Promise<CommittedOffset[]>;
  /** Without a commit: decides where it begins. */
  readonly place: (partition: AssignedPartition) => void;
  /** It may be read from now on. */
  readonly prepared: (partition: AssignedPartition) => void;
  /** Gives a draining partition up at once. */
  readonly giveUp: (partition: AssignedPartition) => void;
}

/** What is known when a partition is prepared again. */
interface Renewal {
  /** Only what the broker has answered since then tells that the partition is still ours. */
  readonly since: number;
  readonly failures: number;
  /** Where it began, for when nothing was ever committed. */
  readonly beganAt: number | undefined;
}

const FIRST: Renewal = { since: Number.NEGATIVE_INFINITY, failures: 0, beganAt: undefined };

/**
 * Gives each transactional partition its session before a record of it is read: first whoever had it is fenced, then the
 * group's commit is read, then reading begins there. The other way round a transaction of the owner before us could be
 * committed in between, and its records would be handled twice. A session that fails is replaced in the same order, by
 * a member of whom the broker has heard since: a process that slept must not fence the partition's new owner.
 */
export class PartitionSessions {
  private readonly logger: Logger;
  private readonly open = new Set<TransactionSession>();
  private ticks: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(private readonly options: PartitionSessionsOptions) {
    this.logger = new Logger(`group ${options.plan.groupId}`);
  }

  prepare(partitions: readonly AssignedPartition[]): void {
    if (partitions.length === 0) return;
    this.ticks ??= setInterval(() => this.tick(), TICK_MS).unref();
    for (const partition of partitions) void this.begin(partition, FIRST);
  }

  /** Ends all transactions that are under way, uncommitted, and gives the connections back. Never rejects. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.ticks);
    await Promise.all([...this.open].map((session) => session.close()));
  }

  private tick(): void {
    for (const { session, commits } of this.options.claimed()) {
      if (session?.pending === 0 && commits.isDue) session.hurry();
    }
  }

  private async begin(partition: AssignedPartition, renewal: Renewal): Promise<void> {
    let { since } = renewal;
    for (let failures = renewal.failures; ; failures += 1) {
      if (failures > 0) await pause(retryMs(failures));
      await this.untilMember(partition, since);
      if (!this.isWanted(partition)) return;
      try {
        if (await this.start(partition, renewal.beganAt)) return;
      } catch (error) {
        since = performance.now();
        this.sayUnprepared(partition, error);
      }
    }
  }

  /** True when nothing is left to do: it began, or is not wanted any more. */
  private async start(partition: AssignedPartition, beganAt: number | undefined): Promise<boolean> {
    const { plan, positions, prepared, place, committed } = this.options;
    const session = plan.topics.get(partition.topic)!.transactions!.open(this.viewOf(partition));
    this.open.add(session);
    try {
      await session.init();
      // Where it stands already, a log has begun anew, of which no commit tells.
      const isPlaced = partition.nextFetchOffset !== undefined;
      const [commit] = isPlaced ? [] : await committed([partition]);
      if (!this.isWanted(partition)) return true;
      partition.session = session;
      partition.unprepared = undefined;
      if (commit !== undefined) partition.beginAt(commit);
      if (commit !== undefined || isPlaced) positions.goOn(partition);
      else if (beganAt !== undefined) positions.relocate(partition, beganAt);
      else {
        positions.goOn(partition);
        place(partition);
      }
      prepared(partition);
      return true;
    } finally {
      if (partition.session !== session) this.discard(session);
    }
  }

  private viewOf(partition: AssignedPartition): TransactedPartition {
    const { commits, topic, partition: number } = partition;
    const { plan, committed } = this.options;
    return {
      groupId: plan.groupId,
      topic,
      partition: number,
      get isCommitDue() {
        return commits.isDue;
      },
      commitWith: (sequences) => commits.stateWith(sequences),
      accepted: (commit) => commits.accepted(commit),
      isUnchanged: async () => {
        const [commit] = await committed([partition]);
        const last = commits.committed;
        return commit?.nextOffset === last?.nextOffset && commit?.metadata === last?.metadata;
      },
      failed: (error) => this.failed(partition, error),
    };
  }

  private failed(partition: AssignedPartition, error: unknown): void {
    if (partition.session !== undefined) this.discard(partition.session);
    if (!this.isWanted(partition)) return;
    if (partition.isDraining) return this.options.giveUp(partition);
    const restarted = this.options.positions.restart(partition);
    restarted.unprepared = wordsFor(error);
    const { beganAt } = partition;
    void this.begin(restarted, { since: performance.now(), failures: 1, beganAt });
  }

  private discard(session: TransactionSession): void {
    void session.close().then(() => this.open.delete(session));
  }

  private async untilMember(partition: AssignedPartition, since: number): Promise<void> {
    const { lease } = this.options;
    const isMember = (): boolean =>
      since === FIRST.since ? lease.isValid : lease.isRenewedSince(since);
    while (this.isWanted(partition) && !isMember()) await pause(POLL_MS);
  }

  private isWanted({ isOwned }: AssignedPartition): boolean {
    return isOwned && !this.isClosed;
  }

  private sayUnprepared(partition: AssignedPartition, error: unknown): void {
    const words = wordsFor(error);
    if (partition.unprepared === words || !this.isWanted(partition)) return;
    partition.unprepared = words;
    const { topic, partition: number } = partition;
    const message = 'a partition is not read yet: its transactions cannot begin';
    this.logger.warn(message, { topic, partition: number, reason: words });
  }
}

function retryMs(failures: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

function wordsFor(error: unknown): string {
  return describeError(error).message;
}
