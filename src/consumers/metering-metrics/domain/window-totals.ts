import type { Amount, Instant } from '../../../values/index.js';
import type { MeteringWindow } from './metering-window.js';
import type { Usage } from './usage.js';

/** What some usages of one agent, resource and currency come to within one window. */
export interface WindowTotal {
  readonly agentId: string;
  readonly resourceType: string;
  readonly currency: string;
  readonly windowStart: Instant;
  readonly quantity: Amount;
  readonly cost: Amount;
  readonly events: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

/**
 * Usages added up by agent, resource, currency and window: each total once, always in the same order, so that two that
 * store totals at the same time take their rows in one order and do not wait for each other in a circle.
 */
export function totalsOf(usages: readonly Usage[], window: MeteringWindow): WindowTotal[] {
  const totals = new Map<string, WindowTotal>();
  for (const usage of usages) {
    const windowStart = window.startOf(usage.occurredAt);
    const key = JSON.stringify([
      usage.agentId,
      usage.resourceType,
      usage.currency,
      windowStart.toString(),
    ]);
    const known = totals.get(key);
    totals.set(key, known === undefined ? first(usage, windowStart) : added(known, usage));
  }
  return [...totals].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, total]) => total);
}

function first({ occurredAt, ...usage }: Usage, windowStart: Instant): WindowTotal {
  return { ...usage, windowStart, events: 1, firstAt: occurredAt, lastAt: occurredAt };
}

function added(total: WindowTotal, { quantity, cost, occurredAt }: Usage): WindowTotal {
  const { firstAt, lastAt } = total;
  return {
    ...total,
    quantity: total.quantity.plus(quantity),
    cost: total.cost.plus(cost),
    events: total.events + 1,
    firstAt: occurredAt.epochMicroseconds < firstAt.epochMicroseconds ? occurredAt : firstAt,
    lastAt: occurredAt.epochMicroseconds > lastAt.epochMicroseconds ? occurredAt : lastAt,
  };
}
