import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AssignedPartition } from '../assigned-partition.js';

const POLL_MS = 10;
/** Partitions that have ended wait this long for others, so that they are given up in one join. */
const STEP_MS = 500;

/** What giving partitions up needs of the group. */
export interface Revoker {
  draining(): readonly AssignedPartition[];
  /** Commits what these have settled; resolves when the broker has it, or at the deadline (performance.now). */
  commit(deadline: number, partitions: readonly AssignedPartition[]): Promise<unknown>;
  /** False when the partition is not draining any more. */
  release(partition: AssignedPartition): boolean;
  /** Joins anew, to say what is no longer claimed. */
  rejoin(): void;
}

/**
 * Gives up the partitions that are to go elsewhere: each once its handlers have ended and the broker has its offset, and
 * only then the group is asked to give it out. A commit is tried again until it is accepted; the claim stands meanwhile.
 * Past the limit a partition is given up with what still runs, whose records come again; that is said.
 */
export class Revocations {
  private readonly logger = new Logger(Revocations.name);
  private readonly deadlines = new WeakMap<AssignedPartition, number>();
  private isWorking = false;
  private isStopped = false;

  constructor(
    private readonly revoker: Revoker,
    private readonly limitMs: number,
  ) {}

  begin(revoked: readonly AssignedPartition[]): void {
    const deadline = performance.now() + this.limitMs;
    for (const partition of revoked) this.deadlines.set(partition, deadline);
    if (this.isWorking || this.isStopped || revoked.length === 0) return;
    this.isWorking = true;
    void this.work();
  }

  /** Whoever stops drains everything by itself, and leaving gives it up. */
  stop(): void {
    this.isStopped = true;
  }

  private async work(): Promise<void> {
    while (!this.isStopped && this.revoker.draining().length > 0) await this.step();
    this.isWorking = false;
  }

  private async step(): Promise<void> {
    const stepEnd = performance.now() + STEP_MS;
    const isRunning = ({ running }: AssignedPartition): boolean => running > 0;
    while (this.revoker.draining().some(isRunning) && performance.now() < stepEnd) {
      await sleep(POLL_MS);
    }
    const ended = this.revoker.draining().filter((partition) => !isRunning(partition));
    await this.revoker.commit(Math.max(stepEnd, performance.now() + STEP_MS), ended);
    if (this.isStopped) return;
    const released = this.revoker.draining().filter((partition) => this.giveUp(partition));
    if (released.length > 0) this.revoker.rejoin();
  }

  private giveUp(partition: AssignedPartition): boolean {
    const { topic, partition: number, running } = partition;
    const hasEnded = running === 0 && !partition.isCommitDue;
    if (!hasEnded && performance.now() < this.deadlines.get(partition)!) return false;
    if (!this.revoker.release(partition)) return false;
    if (!hasEnded) {
      this.logger.warn('a partition is given up although handlers run; their records come again', {
        topic,
        partition: number,
        running,
        waitedMs: this.limitMs,
      });
    }
    return true;
  }
}
