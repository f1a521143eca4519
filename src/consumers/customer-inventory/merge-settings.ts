import {
  ConfigurationError,
  type ConfigKey,
  type Secret,
  type Settings,
} from '../../config/index.js';
import type { AttemptLimits } from './analytics/attempt-plan.policy.js';
import type { FlushLimits } from './flushing/flush-trigger.policy.js';
import { customerInventoryConsumer, MERGE_KEYS } from './customer-inventory.config.js';

const CONSUMER = customerInventoryConsumer.name;
const DEFAULT_ATTEMPTS: AttemptLimits = {
  maxRetries: 3,
  initialMs: 1_000,
  multiplier: 2,
  maxMs: 30_000,
};
const DEFAULT_HANDLER_TIMEOUT_MS = 300_000;

/** What the environment says for this consumer. */
export interface MergeSettings {
  readonly baseUrl: string;
  readonly authorization: Secret | undefined;
  readonly timeoutMs: number;
  readonly flush: FlushLimits;
  readonly attempts: AttemptLimits;
}

/** Refuses settings under which a message would be past its deadline although everything goes as it may. */
export function mergeSettings(settings: Settings): MergeSettings {
  const set = settings.consumers.get(CONSUMER)!;
  const valueOf = <Value>({ key }: ConfigKey<Value>): Value => set.own[key] as Value;
  const attempts = {
    maxRetries: set.maxRetries ?? DEFAULT_ATTEMPTS.maxRetries,
    initialMs: set.retryBackoffMs ?? DEFAULT_ATTEMPTS.initialMs,
    multiplier: set.retryBackoffMultiplier ?? DEFAULT_ATTEMPTS.multiplier,
    maxMs: set.retryMaxBackoffMs ?? DEFAULT_ATTEMPTS.maxMs,
  };
  const timeoutMs = valueOf(MERGE_KEYS.timeoutMs);
  const intervalMs = valueOf(MERGE_KEYS.flushIntervalMs);
  const longestMs = intervalMs + longestFlushMs(attempts, timeoutMs);
  if (longestMs >= (set.handlerTimeoutMs ?? DEFAULT_HANDLER_TIMEOUT_MS)) {
    const expected =
      `expected more than ${Math.ceil(longestMs / 1_000)}s: a message may wait so long for ` +
      `${MERGE_KEYS.flushIntervalMs.key} and the tries of its event, each of ${MERGE_KEYS.timeoutMs.key}`;
    throw new ConfigurationError([{ key: 'CUSTOMER_INVENTORY_HANDLER_TIMEOUT', expected }]);
  }
  return {
    // Required: without it nothing starts.
    baseUrl: valueOf(MERGE_KEYS.baseUrl)!,
    authorization: valueOf(MERGE_KEYS.authorization),
    timeoutMs,
    flush: {
      records: valueOf(MERGE_KEYS.flushRecords),
      bytes: valueOf(MERGE_KEYS.flushBytes),
      intervalMs,
    },
    attempts,
  };
}

/** All tries of an event, none answered, with the waits between them. */
function longestFlushMs(
  { maxRetries, initialMs, multiplier, maxMs }: AttemptLimits,
  timeoutMs: number,
): number {
  const waits = Array.from({ length: maxRetries }, (_, retry) =>
    Math.min(maxMs, initialMs * multiplier ** retry),
  );
  return waits.reduce((sum, wait) => sum + wait, timeoutMs * (maxRetries + 1));
}
