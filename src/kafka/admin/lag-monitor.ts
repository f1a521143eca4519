import { Injectable } from '@nestjs/common';
import { partitionName } from '../../record/index.js';
import { AdminClient } from '../client/index.js';
import type { HandlerDescription } from '../../record/index.js';

const POLL_MS = 2_000;

export interface PartitionLag {
  /** The next offset to read as the broker has it, or null when the group has none. */
  readonly committed: number | null;
  /** The offset after the partition's last record. */
  readonly end: number;
  /** Records between the two; without a committed offset, all that the partition still has. */
  readonly lag: number;
}

export interface LagReport {
  readonly records: number;
  readonly partitions: Readonly<Record<string, PartitionLag>>;
  /** Epoch ms of the reading. */
  readonly readAt: number;
}

/**
 * Reads committed and end offsets in the background, over the process's one administrative connection, so that a health
 * probe never asks the broker. What it reports is at most a few seconds old, and says how old.
 */
@Injectable()
export class LagMonitor {
  private readonly reports = new Map<string, LagReport>();
  private timer: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;
  private handlers: readonly HandlerDescription[] = [];
  private error: string | undefined;

  constructor(private readonly admin: AdminClient) {}

  /** Why the last reading failed, or undefined when it did not. */
  get lastError(): string | undefined {
    return this.error;
  }

  /** The last reading for a consumer, or undefined before the first. */
  of(consumer: string): LagReport | undefined {
    return this.reports.get(consumer);
  }

  start(handlers: readonly HandlerDescription[]): void {
    this.handlers = handlers;
    this.timer ??= setInterval(() => this.poll(), POLL_MS);
    this.poll();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.polling;
  }

  private poll(): void {
    this.polling ??= this.read().finally(() => (this.polling = undefined));
  }

  private async read(): Promise<void> {
    try {
      for (const consumer of new Set(this.handlers.map((handler) => handler.consumer))) {
        this.reports.set(consumer, await this.readConsumer(consumer));
      }
      this.error = undefined;
    } catch (error) {
      this.error = error instanceof Error ? error.message : String(error);
    }
  }

  private async readConsumer(consumer: string): Promise<LagReport> {
    const partitions: Record<string, PartitionLag> = {};
    let records = 0;
    for (const { topic, groupId } of this.handlers.filter(
      (handler) => handler.consumer === consumer,
    )) {
      const committedOffsets = await this.admin.committedOffsets(groupId, topic);
      const committedOf = new Map(
        committedOffsets.map(({ partition, offset }) => [partition, offset]),
      );
      for (const { partition, start, end } of await this.admin.offsets(topic)) {
        const committed = committedOf.get(partition);
        const lag = Math.max(0, end - (committed ?? start));
        partitions[partitionName({ topic, partition })] = {
          committed: committed ?? null,
          end,
          lag,
        };
        records += lag;
      }
    }
    return { records, partitions, readAt: Date.now() };
  }
}
