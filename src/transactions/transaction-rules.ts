import { HandlerDeclarationError } from '../kafka/index.js';
import type { HandlerDescription } from '../record/index.js';
import { transactionalOptionsOf } from './transactional.decorator.js';

/** A broker may answer a request as late as this, and a transaction must outlive a request that is asked again. */
const LONGEST_REQUEST_MS = 7_500;
const SHORTEST_TIMEOUT_MS = 2 * LONGEST_REQUEST_MS;

/** How a handler's records are put together into transactions. */
export interface TransactionRules {
  readonly maxRecords: number;
  readonly maxWaitMs: number;
  readonly timeoutMs: number;
}

/** Undefined without the decorator. Refuses at start what nobody could keep. */
export function transactionRulesOf(handler: HandlerDescription): TransactionRules | undefined {
  const options = transactionalOptionsOf(handler);
  if (options === undefined) return undefined;
  const { maxRecords = 500, maxWaitMs = 100, timeoutMs = 60_000 } = options;
  const limits: readonly (readonly [string, number, number, number])[] = [
    ['maxRecords', maxRecords, 1, 10_000],
    ['maxWaitMs', maxWaitMs, 0, 60_000],
    ['timeoutMs', timeoutMs, SHORTEST_TIMEOUT_MS, 24 * 3_600_000],
  ];
  for (const [name, value, least, most] of limits) {
    if (value >= least && value <= most) continue;
    throw new HandlerDeclarationError(
      `@Transactional of ${handler.handler} has ${name} ${value}: ${least} to ${most} are possible` +
        (name === 'timeoutMs'
          ? ` (a transaction has to outlive two requests of ${LONGEST_REQUEST_MS} ms each)`
          : ''),
    );
  }
  return { maxRecords, maxWaitMs, timeoutMs };
}
