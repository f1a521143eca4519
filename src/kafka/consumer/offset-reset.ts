import { setTimeout as sleep } from 'node:timers/promises';
import type { LogReset, SkippedOffsets } from '../../observability/index.js';
import type { OffsetToCommit } from '../client/index.js';
import type { AssignedPartition } from './assigned-partition.js';
import { PositionRefusedError } from './position.errors.js';
import {
  decideNewLog,
  decideReset,
  type LogRange,
  type MovedPosition,
  type OffsetResetPolicy,
} from './offset-reset.policy.js';

const RETRY_MS = 500;

export interface OffsetResetOptions {
  /** Of a topic: nothing may be skipped on the group's own. */
  readonly policyOf: (topic: string) => OffsetResetPolicy;
  /** A topic's log ranges. Rejects while no broker answers. */
  readonly offsets: (topic: string) => Promise<readonly ({ partition: number } & LogRange)[]>;
  readonly client: {
    pause(topic: string, partition: number): void;
    resume(topic: string, partition: number): void;
    committed(partitions: readonly AssignedPartition[]): Promise<OffsetToCommit[]>;
  };
  readonly engine: {
    readonly table: { get(topic: string, partition: number): AssignedPartition | undefined };
    /** Goes on there, and lets that position be committed. */
    relocate(partition: AssignedPartition, position: number): void;
    reopen(partition: AssignedPartition, log: LogReset): AssignedPartition;
    skip(partition: AssignedPartition, skipped: SkippedOffsets): void;
  };
  /** Ends the group's run. */
  readonly fail: (error: Error) => void;
}

/**
 * Decides by KAFKA_AUTO_OFFSET_RESET where a partition goes on that has no committed offset, or one that its log does
 * not have. Until it is decided the partition is paused and the others flow. The new position is committed, so that a
 * restart does not decide again; nothing that is skipped goes unsaid.
 */
export class OffsetReset {
  private readonly underWay = new WeakSet<AssignedPartition>();

  constructor(private readonly options: OffsetResetOptions) {}

  /** New partitions without a committed offset; kafkajs itself begins them at the log's start. */
  place(added: readonly AssignedPartition[]): void {
    const { policyOf } = this.options;
    for (const policy of ['latest', 'fail'] as const) {
      this.placeBy(
        policy,
        added.filter(({ topic }) => policyOf(topic) === policy),
      );
    }
  }

  private placeBy(policy: OffsetResetPolicy, added: readonly AssignedPartition[]): void {
    if (added.length === 0) return;
    const { client, engine } = this.options;
    for (const { topic, partition } of added) client.pause(topic, partition);
    void this.untilAnswered(added, async () => {
      const committed = await client.committed(added);
      const positions = new Map(committed.map((one) => [`${one.topic}-${one.partition}`, one]));
      const unplaced = added.filter(({ name }) => !positions.has(name));
      if (policy === 'fail' && unplaced.length > 0) {
        throw PositionRefusedError.forNone(unplaced.map(({ name }) => name));
      }
      for (const partition of added) {
        const { topic, partition: number, name, isPaused } = partition;
        const end = positions.has(name) ? undefined : (await this.rangeOf(partition)).end;
        if (!partition.isOwned) continue;
        if (end !== undefined) engine.relocate(partition, end);
        else if (!isPaused) client.resume(topic, number);
      }
    });
  }

  /**
   * New partitions of a topic that was deleted and created again. What is committed for them may still be of the log
   * before, committed in the moment between.
   */
  renew(renewed: readonly AssignedPartition[]): void {
    for (const partition of renewed) {
      this.options.client.pause(partition.topic, partition.partition);
      void this.untilAnswered([partition], async () => {
        const range = await this.rangeOf(partition);
        if (!partition.isOwned) return;
        const reset = decideNewLog(range, this.options.policyOf(partition.topic));
        if (reset.kind !== 'moved') throw PositionRefusedError.forNewLog(partition.name);
        this.move(partition, reset, { start: range.start });
      });
    }
  }

  /** A position that was fetched and is not in the log; the partition is paused already. */
  outOfRange(topic: string, number: number, position: number): void {
    const partition = this.options.engine.table.get(topic, number);
    if (partition === undefined || this.underWay.has(partition)) return;
    this.underWay.add(partition);
    void this.untilAnswered([partition], async () => {
      const range = await this.rangeOf(partition);
      if (partition.isOwned) this.recover(partition, position, range);
      this.underWay.delete(partition);
    });
  }

  private recover(partition: AssignedPartition, position: number, range: LogRange): void {
    const { engine, policyOf } = this.options;
    const { topic, partition: number } = partition;
    const reset = decideReset(position, range, policyOf(topic));
    if (reset.kind === 'refused') {
      throw PositionRefusedError.outOfRange({ topic, partition: number }, position, range);
    }
    // In range after all: the log has grown to it meanwhile.
    if (reset.kind === 'in-range') return engine.relocate(partition, position);
    this.move(partition, reset, { expected: position, start: range.start });
  }

  private move(partition: AssignedPartition, reset: MovedPosition, log: LogReset): void {
    const { engine } = this.options;
    const current = reset.isNewLog ? engine.reopen(partition, log) : partition;
    for (const skipped of reset.skipped) engine.skip(current, skipped);
    engine.relocate(current, reset.to);
  }

  private async rangeOf({ topic, partition: number, name }: AssignedPartition): Promise<LogRange> {
    const ranges = await this.options.offsets(topic);
    const range = ranges.find(({ partition }) => partition === number);
    if (range === undefined) throw new Error(`no broker tells the log range of ${name}`);
    return range;
  }

  /** A broker that does not answer is asked again for as long as one of the partitions is ours. */
  private async untilAnswered(
    partitions: readonly AssignedPartition[],
    work: () => Promise<void>,
  ): Promise<void> {
    while (partitions.some(({ isOwned }) => isOwned)) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof PositionRefusedError) return this.options.fail(error);
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
  }
}
