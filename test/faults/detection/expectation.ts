import type { Invariant } from '../checker/verdict.js';
import type { Step } from '../driver/schedule.js';
import type { RunOptions } from '../running/run-scenario.js';
import type { Traffic } from '../scenarios/scenario.js';

/** A run that must fail, and the invariant that must be the one it breaks. */
export interface Expectation {
  readonly name: string;
  readonly what: string;
  readonly breaks: Invariant;
  /** What must stand in a finding of that invariant, where it can be broken in several ways. */
  readonly finding?: string;
  /** Which run is to find it: a short one of the ledger, or the one of two members that are replaced. */
  readonly of?: 'ledger';
  readonly kinds: Traffic['kinds'];
  readonly environment?: Readonly<Record<string, string>>;
  /** Effects in PostgreSQL. */
  readonly store?: 'postgres';
  /** What strikes beside the members' replacement; of the ledger, all that strikes. */
  readonly faults?: readonly Step[];
  /** Retry topics of the group. */
  readonly retryTopics?: number;
  /** What is wrong with the members: a bug in them, or another program altogether. */
  readonly wrong: Partial<Pick<RunOptions, 'plant'>> & { readonly control?: string };
}
