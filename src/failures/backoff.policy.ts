export interface BackoffPolicy {
  readonly initialMs: number;
  readonly multiplier: number;
  readonly maxMs: number;
}

/** Waits are spread by this share to either side, so that what failed together does not come back together. */
const JITTER = 0.2;

/** The wait before try number `repetition` + 1, counted from 0. `random` lies in [0, 1). */
export function backoffMs(policy: BackoffPolicy, repetition: number, random: number): number {
  const grown = policy.initialMs * policy.multiplier ** Math.min(repetition, 60);
  const bounded = Math.min(grown, policy.maxMs);
  return Math.round(bounded * (1 - JITTER + 2 * JITTER * random));
}
