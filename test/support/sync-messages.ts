import { discoverConsumers, type DiscoveredConsumer } from '../../src/discover-consumers.js';

const START = Date.parse('2026-03-01T08:00:00Z');

export type SyncKind = 'customer' | 'product';

export interface SyncOptions {
  readonly kind?: SyncKind;
  /** Seconds. */
  readonly at?: number;
  readonly messageId?: string;
}

/** A message with entities of that form, each told by its id. */
export function syncMessage(
  number: number,
  entities: readonly Readonly<Record<string, unknown>>[],
  { kind = 'customer', at = number, messageId = `sync-${kind}-${number}` }: SyncOptions = {},
): string {
  return JSON.stringify({
    messageId,
    source: 'spec',
    eventType: kind === 'customer' ? 'CUSTOMER' : 'INVENTORY',
    timestamp: new Date(START + at * 1_000).toISOString(),
    payload: entities,
    metadata: { syncType: 'INCREMENTAL', recordCount: entities.length },
  });
}

/** The consumer as the service finds it. */
export async function customerInventory(): Promise<DiscoveredConsumer[]> {
  const found = await discoverConsumers([new URL('../../src/consumers/', import.meta.url)]);
  return found.filter(({ declaration }) => declaration.name === 'customer-inventory');
}
