import { HandlerDeclarationError } from '../kafka/index.js';
import type { HandlerDescription } from '../record/index.js';
import { retryOptionsOf } from './retry.decorator.js';

const LONGEST_MS = 24 * 86_400_000;

/** Refuses at start what `@Retry` says and nobody could keep. The environment's own values are checked there. */
export function refuseImpossibleRetries(handler: HandlerDescription): void {
  const { maxRetries, backoff = {}, deadlineMs } = retryOptionsOf(handler);
  const limits: readonly (readonly [string, number | undefined, number, number])[] = [
    ['maxRetries', maxRetries, 0, 1000],
    ['backoff.initialMs', backoff.initialMs, 0, LONGEST_MS],
    ['backoff.multiplier', backoff.multiplier, 1, 100],
    ['backoff.maxMs', backoff.maxMs, 1, LONGEST_MS],
    ['deadlineMs', deadlineMs, 1, LONGEST_MS],
  ];
  for (const [name, value, least, most] of limits) {
    if (value === undefined || (value >= least && value <= most)) continue;
    throw new HandlerDeclarationError(
      `@Retry of ${handler.handler} has ${name} ${value}: ${least} to ${most} are possible`,
    );
  }
}
