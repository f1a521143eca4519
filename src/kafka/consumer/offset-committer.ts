import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OffsetToCommit } from '../client/index.js';
import type { AssignedPartition } from './assigned-partition.js';

const RETRY_MS = 200;

/** The answers that only say that the group has moved on; the partition's next owner starts from the last commit. */
const SUPERSEDED = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS']);

/** What commits go through. */
export interface CommitChannel {
  readonly isJoining: boolean;
  commit(offsets: readonly OffsetToCommit[]): Promise<void>;
}

/**
 * Brings commit watermarks to the broker: one request per group and interval, one in flight, the watermark read at
 * sending and remembered as committed only when the broker accepted it. Commits owned partitions alone.
 */
export class OffsetCommitter {
  private readonly logger = new Logger(OffsetCommitter.name);
  private timer: NodeJS.Timeout | undefined;
  private inFlight: Promise<boolean> | undefined;
  private channel: CommitChannel | undefined;
  lastError: string | undefined;

  constructor(
    private readonly groupId: string,
    private readonly intervalMs: number,
    private readonly partitions: () => Iterable<AssignedPartition>,
  ) {}

  start(channel: CommitChannel): void {
    this.channel = channel;
    this.timer ??= setInterval(() => void this.tick(), this.intervalMs);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.channel = undefined;
  }

  /**
   * Commits until the broker has every watermark, or until the deadline (performance.now). True when it has. Used at
   * revocation and stop, while the membership still holds.
   */
  async flush(deadline: number): Promise<boolean> {
    for (;;) {
      await this.inFlight;
      if (this.pending().length === 0) return true;
      if (await this.commitOnce()) continue;
      if (performance.now() >= deadline) return false;
      await sleep(RETRY_MS);
    }
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
    const pending = this.pending();
    if (pending.length === 0) return true;
    if (this.channel === undefined) return false;
    try {
      await this.channel.commit(pending.map(({ offset }) => offset));
    } catch (error) {
      this.report(error);
      return false;
    }
    this.lastError = undefined;
    for (const { partition, offset } of pending) partition.committedOffset = offset.nextOffset;
    return true;
  }

  private pending(): { partition: AssignedPartition; offset: OffsetToCommit }[] {
    const pending: { partition: AssignedPartition; offset: OffsetToCommit }[] = [];
    for (const partition of this.partitions()) {
      const nextOffset = partition.offsetToCommit;
      if (nextOffset === undefined || !partition.isOwned) continue;
      const { topic, partition: number } = partition;
      pending.push({ partition, offset: { topic, partition: number, nextOffset } });
    }
    return pending;
  }

  private report(error: unknown): void {
    const { type, message } = error as { type?: string; message?: string };
    this.lastError = type ?? message ?? 'unknown';
    const fields = { groupId: this.groupId, error: this.lastError };
    if (SUPERSEDED.has(this.lastError)) this.logger.debug('commit refused', fields);
    else this.logger.warn('commit refused', fields);
  }
}
