import type { HistoryEvent } from './history.js';

export type Invariant =
  | 'I1 no loss'
  | 'I2 commit after processing'
  | 'I3 key order'
  | 'I4 duplicates'
  | 'I5 dead letters'
  | 'I6 exactly once'
  | 'I6 the same for every reader'
  | 'I7 liveness'
  | 'I8 memory'
  | 'I9 health'
  | 'I10 accounting'
  | 'I11 secrecy'
  | 'scenario';

/** Something that must not be, at a place of the log where it has one. */
export interface Finding {
  readonly what: string;
  readonly partition?: number;
  readonly offset?: number;
  /** Everything that is known of that record, in order. */
  timeline?: readonly HistoryEvent[];
}

export interface Verdict {
  readonly invariant: Invariant;
  readonly holds: boolean;
  /** How many findings there are; the first ones are listed. */
  readonly violations: number;
  readonly findings: readonly Finding[];
  /** What was counted, for the report. */
  readonly numbers?: Readonly<Record<string, number>>;
}

const LISTED = 5;

/** Collects what one invariant finds. */
export class Findings {
  private readonly listed: Finding[] = [];
  private count = 0;

  constructor(private readonly invariant: Invariant) {}

  add(finding: Finding): void {
    this.count += 1;
    if (this.listed.length < LISTED) this.listed.push(finding);
  }

  verdict(numbers?: Readonly<Record<string, number>>): Verdict {
    return {
      invariant: this.invariant,
      holds: this.count === 0,
      violations: this.count,
      findings: this.listed,
      ...(numbers === undefined ? {} : { numbers }),
    };
  }
}
