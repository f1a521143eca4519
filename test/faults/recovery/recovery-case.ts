import type { Workspace } from '../running/workspace.js';

export interface Measured {
  readonly milliseconds: number;
  /** What should not have been; empty as a rule. */
  readonly problems: readonly string[];
}

/** A fault, and how soon the service must be over it. */
export interface RecoveryCase {
  readonly what: string;
  /** From which moment to which, in words. */
  readonly measured: string;
  readonly targetMs: number;
  readonly targetWords: string;
  readonly measure: (workspace: Workspace, seed: number) => Promise<Measured>;
}

export interface RecoveryResult {
  readonly recoveryCase: RecoveryCase;
  readonly measurements: readonly Measured[];
}

export const hasHeld = ({ recoveryCase, measurements }: RecoveryResult): boolean =>
  measurements.length > 0 &&
  measurements.every(
    ({ milliseconds, problems }) => problems.length === 0 && milliseconds <= recoveryCase.targetMs,
  );
