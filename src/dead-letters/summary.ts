import { stateOf, type Actions, type DeadLetterState } from './actions/index.js';
import type { DeadLetter } from './dead-letter.js';

export interface FailureGroup {
  readonly reason: string | undefined;
  readonly errorClass: string | undefined;
  readonly source: string | undefined;
  readonly consumerGroup: string | undefined;
  open: number;
  total: number;
  /** Epoch milliseconds of the oldest open one. */
  oldestOpenMs: number | undefined;
}

/** Counts dead letters as they are read, and groups them by reason, error class, source and consumer group. */
export class Summary {
  total = 0;
  /** Dead letters of records that had been redriven before. */
  failedAgain = 0;
  oldestOpenMs: number | undefined;
  readonly states: Record<DeadLetterState, number> = { open: 0, redriven: 0, discarded: 0 };
  private readonly byGroup = new Map<string, FailureGroup>();

  constructor(private readonly actions: Actions) {}

  /** Largest open group first. */
  get groups(): readonly FailureGroup[] {
    return [...this.byGroup.values()].sort(
      (left, right) => right.open - left.open || right.total - left.total,
    );
  }

  add(letter: DeadLetter): void {
    const state = stateOf(letter, this.actions.get(letter.id));
    const group = this.groupOf(letter);
    this.total += 1;
    this.states[state] += 1;
    group.total += 1;
    if (letter.redriveCount > 0) this.failedAgain += 1;
    if (state !== 'open') return;
    group.open += 1;
    group.oldestOpenMs = Math.min(group.oldestOpenMs ?? Infinity, letter.failedAtMs);
    this.oldestOpenMs = Math.min(this.oldestOpenMs ?? Infinity, letter.failedAtMs);
  }

  private groupOf(letter: DeadLetter): FailureGroup {
    const { reason, errorClass, originalTopic: source, consumerGroup } = letter;
    const key = JSON.stringify([reason, errorClass, source, consumerGroup]);
    const known = this.byGroup.get(key);
    if (known !== undefined) return known;
    const counts = { open: 0, total: 0, oldestOpenMs: undefined };
    const group: FailureGroup = { reason, errorClass, source, consumerGroup, ...counts };
    this.byGroup.set(key, group);
    return group;
  }
}
