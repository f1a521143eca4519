import type { ConsumerSettings } from '../../config/index.js';
import type { HeadBlockedPolicy } from '../consumer/deadlines/index.js';
import { HandlerDeclarationError } from '../kafka.errors.js';
import type { ConsumerGroupOptions } from './consumer-group.decorator.js';

const SHORTEST_TIMEOUT_MS = 10;
/** As in the configuration: a Node timer cannot wait longer. */
const LONGEST_TIMEOUT_MS = 24 * 86_400_000;
const POLICIES: readonly unknown[] = ['wait', 'dead-letter', undefined];

/** What becomes of a handler's record when the handler hangs: the environment, then the decorator, then `wait`. */
export function headBlockedPolicyOf(
  settings: ConsumerSettings | undefined,
  options: ConsumerGroupOptions | undefined,
): HeadBlockedPolicy {
  return settings?.headBlocked ?? options?.headBlocked ?? 'wait';
}

/** Refuses at start what a decorator says and nobody could keep. The environment's own values are checked there. */
export function refuseImpossible(options: ConsumerGroupOptions, place: string): void {
  const { handlerTimeoutMs, headBlocked } = options;
  const isPossible =
    handlerTimeoutMs === undefined ||
    (handlerTimeoutMs >= SHORTEST_TIMEOUT_MS && handlerTimeoutMs <= LONGEST_TIMEOUT_MS);
  if (!isPossible) {
    throw new HandlerDeclarationError(
      `${place} has handlerTimeoutMs ${handlerTimeoutMs}: milliseconds from ${SHORTEST_TIMEOUT_MS} to ${LONGEST_TIMEOUT_MS} are possible`,
    );
  }
  if (!POLICIES.includes(headBlocked)) {
    throw new HandlerDeclarationError(
      `${place} has headBlocked ${String(headBlocked)}: it is wait or dead-letter`,
    );
  }
}
