import type { PartitionOffsets } from '../../kafka/index.js';
import type { Judgement } from '../actions/index.js';
import type { DeadLetter } from '../dead-letter.js';

const SAMPLE = 5;

/** What a run would do, counted before anything is written. */
export class Plan {
  /** How many would be taken, by where they would go. */
  readonly takenByTarget = new Map<string, number>();
  /** How many would be left, by the reason why. */
  readonly left: Record<string, number> = {};
  /** The first few that would be taken. */
  readonly sample: DeadLetter[] = [];
  /** Where those come from that have no target of their own: what an operator may want to name. */
  readonly proposedTargets = new Set<string>();
  private readonly sources = new Map<string, string>();
  private readonly seen = new Set<string>();

  /** `bounds` are the ends that were seen: the run goes no further, so that its count is the plan's. */
  constructor(readonly bounds: readonly PartitionOffsets[]) {}

  get taken(): number {
    return [...this.takenByTarget.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The topic whose records go to that target, for the shape that the target has to have. */
  sourceOf(target: string): string | undefined {
    return this.sources.get(target);
  }

  isRepeat(letter: DeadLetter): boolean {
    return this.seen.has(failureOf(letter));
  }

  add(letter: DeadLetter, judgement: Judgement): void {
    if (judgement.kind === 'leave') {
      this.left[judgement.why] = (this.left[judgement.why] ?? 0) + 1;
      const isWithoutTarget = judgement.why.startsWith('no target');
      if (isWithoutTarget && letter.originalTopic !== undefined)
        this.proposedTargets.add(letter.originalTopic);
      return;
    }
    this.seen.add(failureOf(letter));
    const { target } = judgement;
    this.takenByTarget.set(target, (this.takenByTarget.get(target) ?? 0) + 1);
    if (letter.originalTopic !== undefined) this.sources.set(target, letter.originalTopic);
    if (this.sample.length < SAMPLE) this.sample.push(letter);
  }
}

function failureOf({ id, redriveCount }: DeadLetter): string {
  return `${id} ${redriveCount}`;
}
