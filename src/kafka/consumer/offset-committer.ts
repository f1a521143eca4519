import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OffsetToCommit } from '../client/index.js';
import type { AssignedPartition } from './assigned-partition.js';
import type { CommitState } from './partition-commits.js';

const RETRY_MS = 200;
/** A broker writes the offsets of a request as one batch, which by its defaults may have 1 MiB. */
const METADATA_PER_REQUEST = 256 * 1024;

/** The answers that only say that the group has moved on; the partition's next owner starts from the last commit. */
const SUPERSEDED = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS']);

/** The answers of a broker that takes less metadata than its defaults say. */
const METADATA_REFUSED = new Set(['OFFSET_METADATA_TOO_LARGE', 'INVALID_COMMIT_OFFSET_SIZE']);

interface PartitionCommit {
  readonly partition: AssignedPartition;
  readonly state: CommitState;
}

export interface CommittedPartitions {
  readonly partitions: () => Iterable<AssignedPartition>;
  /** What the partition's commits tell of records settled ahead was renewed. */
  readonly told?: (partition: AssignedPartition) => void;
}

/** What commits go through. */
export interface CommitChannel {
  readonly isJoining: boolean;
  commit(offsets: readonly OffsetToCommit[]): Promise<void>;
}

/**
 * Brings commit watermarks to the broker, and as their metadata what is settled ahead of them: one request per group
 * and interval unless the metadata is large, one in flight, read at sending and remembered as committed only when the
 * broker accepted it. Metadata never keeps an offset from being committed. Commits owned partitions alone, and none
 * whose offsets are committed in transactions.
 */
export class OffsetCommitter {
  private readonly logger = new Logger(OffsetCommitter.name);
  private timer: NodeJS.Timeout | undefined;
  private inFlight: Promise<boolean> | undefined;
  private channel: CommitChannel | undefined;
  private takesMetadata = true;
  lastError: string | undefined;
  /** Requests by their answer, since the start of the process. */
  readonly results = { accepted: 0, superseded: 0, failed: 0 };

  constructor(
    private readonly groupId: string,
    private readonly intervalMs: number,
    private readonly committed: CommittedPartitions,
  ) {}

  start(channel: CommitChannel): void {
    this.channel = channel;
    this.takesMetadata = true;
    this.timer ??= setInterval(() => void this.tick(), this.intervalMs);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.channel = undefined;
  }

  /**
   * Commits until the broker has everything, or until the deadline (performance.now). True when it has. Used at
   * revocation and stop, while the membership still holds; at a revocation for the partitions that are given up.
   */
  async flush(deadline: number, partitions = this.committed.partitions()): Promise<boolean> {
    for (;;) {
      await this.inFlight;
      if (this.due(partitions).length === 0) return true;
      const isJoining = this.channel?.isJoining ?? false;
      const isAccepted = !isJoining && (await this.commitOnce());
      if (performance.now() >= deadline) return this.due(partitions).length === 0;
      if (!isAccepted) await sleep(RETRY_MS);
    }
  }

  /** Commits what is settled now, once. */
  async once(): Promise<void> {
    await this.inFlight;
    await this.commitOnce();
  }

  private async tick(): Promise<void> {
    if (this.inFlight !== undefined || this.channel === undefined || this.channel.isJoining) return;
    await this.commitOnce();
  }

  private commitOnce(): Promise<boolean> {
    this.inFlight = this.send().finally(() => (this.inFlight = undefined));
    return this.inFlight;
  }

  private async send(): Promise<boolean> {
    const commits = this.due().map((partition) => this.read(partition));
    for (const request of requestsOf(commits)) {
      if (!(await this.sendRequest(request))) return false;
    }
    return true;
  }

  private async sendRequest(request: readonly PartitionCommit[]): Promise<boolean> {
    const { channel } = this;
    // Partitions that were lost while an earlier request was under way belong to somebody else now.
    const owned = request.filter(({ partition }) => partition.isOwned);
    if (owned.length === 0) return true;
    if (channel === undefined) return false;
    try {
      await channel.commit(owned.map((commit) => this.offsetOf(commit)));
    } catch (error) {
      this.report(error);
      if (!this.takesMetadata || !METADATA_REFUSED.has(this.lastError!)) return false;
      const message = 'the broker takes no metadata of this size: offsets are committed alone now';
      this.logger.warn(message, { groupId: this.groupId });
      this.takesMetadata = false;
      return this.sendRequest(owned);
    }
    this.lastError = undefined;
    this.results.accepted += 1;
    for (const { partition, state } of owned) partition.committed = state;
    return true;
  }

  private due(partitions = this.committed.partitions()): AssignedPartition[] {
    return [...partitions].filter(
      ({ isOwned, isTransactional, isCommitDue }) => isOwned && !isTransactional && isCommitDue,
    );
  }

  private read(partition: AssignedPartition): PartitionCommit {
    const state = partition.commitState()!;
    this.committed.told?.(partition);
    return { partition, state };
  }

  private offsetOf({ partition, state }: PartitionCommit): OffsetToCommit {
    const { nextOffset, metadata } = state;
    const offset = { topic: partition.topic, partition: partition.partition, nextOffset };
    return this.takesMetadata && metadata !== '' ? { ...offset, metadata } : offset;
  }

  private report(error: unknown): void {
    const { type, message } = error as { type?: string; message?: string };
    this.lastError = type ?? message ?? 'unknown';
    const fields = { groupId: this.groupId, error: this.lastError };
    const isSuperseded = SUPERSEDED.has(this.lastError);
    this.results[isSuperseded ? 'superseded' : 'failed'] += 1;
    if (isSuperseded) this.logger.debug('commit refused', fields);
    else this.logger.warn('commit refused', fields);
  }
}

/** All in one request, as long as the broker can take their metadata at once. */
function requestsOf(commits: readonly PartitionCommit[]): PartitionCommit[][] {
  const requests: PartitionCommit[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const commit of commits) {
    const { length } = commit.state.metadata;
    if (bytes + length > METADATA_PER_REQUEST) {
      requests.push([]);
      bytes = 0;
    }
    requests[requests.length - 1]!.push(commit);
    bytes += length;
  }
  return requests;
}
