import type { Message } from 'kafkajs';
import { ID_HEADER, KIND_HEADER, PAYLOAD_CANARY } from '../driver/traffic.js';
import type { Produced } from '../evidence/producer-ledger.js';

const OCCURRED_AT = '2026-01-31T12:00:00Z';

/** A record of the ledger's input: an event as its contract wants it, or bytes that nobody can read. */
export function meteringMessage({ id, kind, key }: Produced): Message {
  const event = {
    ...{ event_id: id, agent_id: key, resource_type: 'tokens', quantity: '1.5', cost: '0.0025' },
    ...{ currency: 'USD', occurred_at: OCCURRED_AT, note: PAYLOAD_CANARY },
  };
  const good = JSON.stringify(event);
  const value = kind === 'poison-nan' ? good.replace('"1.5"', 'NaN') : good;
  return {
    key,
    value: kind === 'poison-truncated' ? good.slice(0, -3) : value,
    headers: { [ID_HEADER]: id, [KIND_HEADER]: kind },
  };
}
