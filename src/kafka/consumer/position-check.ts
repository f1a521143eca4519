import { partitionName } from '../../record/index.js';
import { PositionRefusedError } from './position.errors.js';
import { decideReset, type LogRange, type OffsetResetPolicy } from './offset-reset.policy.js';

export interface PositionCheckOptions {
  readonly policy: OffsetResetPolicy;
  readonly topics: readonly string[];
  readonly committed: (topic: string) => Promise<readonly { partition: number; offset: number }[]>;
  readonly offsets: (topic: string) => Promise<readonly ({ partition: number } & LogRange)[]>;
}

/**
 * With KAFKA_AUTO_OFFSET_RESET=fail: asks before each start whether the group can go on where it stands, so that it
 * waits, named and not ready, instead of joining and failing again and again. A position that was refused while the
 * group ran stays refused until somebody commits another offset there: the log may have become another one that has it.
 */
export class PositionCheck {
  private refused: { error: PositionRefusedError; committed?: number | undefined } | undefined;

  constructor(private readonly options: PositionCheckOptions) {}

  note(error: Error): void {
    if (error instanceof PositionRefusedError) this.refused = { error };
  }

  /** Why the group must not start, in words, or undefined. Rejects while no broker answers. */
  async unmet(): Promise<string | undefined> {
    if (this.options.policy !== 'fail') return undefined;
    const without: string[] = [];
    for (const topic of this.options.topics) {
      const committed = new Map(
        (await this.options.committed(topic)).map(({ partition, offset }) => [partition, offset]),
      );
      for (const { partition, ...range } of await this.options.offsets(topic)) {
        const position = committed.get(partition);
        const kept = this.stillRefused({ topic, partition }, position);
        if (kept !== undefined) return kept;
        if (position === undefined) without.push(partitionName({ topic, partition }));
        else if (decideReset(position, range, 'fail').kind === 'refused') {
          return PositionRefusedError.outOfRange({ topic, partition }, position, range).message;
        }
      }
    }
    return without.length === 0 ? undefined : PositionRefusedError.forNone(without).message;
  }

  private stillRefused(
    { topic, partition }: { topic: string; partition: number },
    position: number | undefined,
  ): string | undefined {
    const { refused } = this;
    if (refused?.error.context.topic !== topic || refused.error.context.partition !== partition) {
      return undefined;
    }
    if (!('committed' in refused)) refused.committed = position;
    if (refused.committed === position) return refused.error.message;
    this.refused = undefined;
    return undefined;
  }
}
