import { exactAmount, misreadField, parseInstant } from '../../../contracts/index.js';
import { ContractViolationError } from '../../../record/index.js';
import { Amount, Instant } from '../../../values/index.js';
import { AMOUNT_FIELDS, type MeteringEvent } from '../contract/index.js';
import type { Usage } from '../domain/index.js';

/**
 * The wall between the topic's contract and our domain. Takes the record's own bytes too: a number of too many digits was
 * read as another one, and only they still say so. Errors name the field, never its value.
 */
export function toUsage(event: MeteringEvent, json: Buffer | null): Usage {
  const misread = misreadField(json, AMOUNT_FIELDS);
  if (misread !== undefined) throw violation(misread, 'must be an exact amount');
  return {
    agentId: event.agent_id,
    resourceType: event.resource_type,
    currency: event.currency,
    quantity: amountOf(event.quantity, 'quantity'),
    cost: amountOf(event.cost, 'cost'),
    occurredAt: instantOf(event.occurred_at, 'occurred_at'),
  };
}

function amountOf(value: string | number, field: string): Amount {
  const amount = Amount.parse(exactAmount(value) ?? '');
  if (amount === undefined) throw violation(field, 'must be an exact amount');
  return amount;
}

function instantOf(text: string, field: string): Instant {
  const microseconds = parseInstant(text);
  const instant = microseconds === undefined ? undefined : Instant.of(microseconds);
  if (instant === undefined) throw violation(field, 'must be a time in the years 1 to 9999');
  return instant;
}

function violation(field: string, rule: string): ContractViolationError {
  return new ContractViolationError(`${field}: ${rule}`);
}
