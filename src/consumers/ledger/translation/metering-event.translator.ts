import { exactAmount, misreadField, parseInstant } from '../../../contracts/index.js';
import { ContractViolationError, type RecordPosition } from '../../../record/index.js';
import { Amount, Instant } from '../../../values/index.js';
import { AMOUNT_FIELDS, type MeteringEvent } from '../contract/index.js';
import type { LedgerEntry } from '../domain/index.js';

/**
 * The wall between the topic's contract and our domain. Takes the record's own bytes too: a number of too many digits was
 * read as another one, and only they still say so. Errors name the field, never its value.
 */
export function toLedgerEntry(
  event: MeteringEvent,
  json: Buffer | null,
  { topic, partition, offset }: RecordPosition,
): LedgerEntry {
  const misread = misreadField(json, AMOUNT_FIELDS);
  if (misread !== undefined) throw violation(misread, 'must be an exact amount');
  const amount = Amount.parse(exactAmount(event.cost) ?? '');
  if (amount === undefined) throw violation('cost', 'must be an exact amount');
  const microseconds = parseInstant(event.occurred_at);
  if (microseconds === undefined || Instant.of(microseconds) === undefined) {
    throw violation('occurred_at', 'must be a time in the years 1 to 9999');
  }
  return {
    entryId: event.event_id,
    agentId: event.agent_id,
    amount,
    currency: event.currency,
    occurredAt: event.occurred_at,
    source: { topic, partition, offset },
  };
}

function violation(field: string, rule: string): ContractViolationError {
  return new ContractViolationError(`${field}: ${rule}`);
}
