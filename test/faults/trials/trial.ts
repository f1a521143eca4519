import type { ScenarioResult } from '../running/run-scenario.js';

/** One trial: with its result, or with why it has none. */
export interface Trial {
  readonly seed: number;
  readonly result?: ScenarioResult;
  readonly error?: string;
}

export const hasHeld = ({ result }: Trial): boolean =>
  result?.verdicts.every(({ holds }) => holds) === true;
