import type { Happened } from '../driver/driver.js';

/** What was measured and seen from outside while a scenario ran. */
export interface Observations {
  readonly happened: readonly Happened[];
  /** From the last healing, or the last record, to lag 0; undefined when it never came. */
  readonly settledInMs: number | undefined;
  readonly remainingLag: number;
  /** For each fault: from its healing to the next effect of the slowest partition. */
  readonly recoveriesMs: readonly number[];
  /** The longest time in which a partition had a record waiting and nobody took it, while there was somebody to. */
  readonly longestPauseMs: number;
  readonly drainsMs: readonly number[];
  /** Members that were asked to end and did not with 0. */
  readonly badExits: readonly string[];
  readonly peakMemoryMegabytes: number;
  readonly livezRefusals: number;
  readonly unreadySamples: number;
  readonly readyAtEnd: boolean;
  readonly accounts: readonly Account[];
}

/** A living member's counts at the end. */
export interface Account {
  readonly member: number;
  readonly counts: Readonly<Record<string, number>>;
}
