import type { OutgoingRecord } from '../../../record/index.js';
import type { LedgerEntry } from '../domain/index.js';

/**
 * The entry as its topic's readers get it. It goes to the partition of its source, so that entries of one agent keep the
 * order of its events; its id is also a header, by which readers know a repeat of the event.
 */
export function entryRecord(entry: LedgerEntry, topic: string, now: number): OutgoingRecord {
  const { entryId, agentId, amount, currency, occurredAt, source } = entry;
  const value = {
    entry_id: entryId,
    agent_id: agentId,
    amount: amount.toString(),
    currency,
    occurred_at: occurredAt,
    source,
  };
  return {
    topic,
    partition: source.partition,
    key: Buffer.from(agentId),
    value: Buffer.from(JSON.stringify(value)),
    headers: [['event-id', Buffer.from(entryId)]],
    timestamp: now,
  };
}
