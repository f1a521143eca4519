import { ContractViolationError } from '../../../record/index.js';
import { misreadNumbers, type Place } from './misread-numbers.js';
import type { OrderPlaced } from './order-placed.js';

/**
 * Refuses an event whose price or quantity is written as a number that was read as another one: 23.500000000000000001
 * as 23.5, 2.00000000000000000001 as 2. For an event that keeps the rest of its contract, so that what was read is
 * judged already; other fields may hold any number. Takes the record's own bytes, for what was written is lost to
 * whoever has only read it.
 */
export function requireNumbersAsWritten(json: Buffer | null): void {
  if (json === null) return;
  const misread = misreadNumbers(json);
  if (misread.length === 0) return;
  const field = firstGap(JSON.parse(withGaps(json, misread)) as OrderPlaced);
  if (field === undefined) return;
  const rule = field.endsWith('quantity')
    ? 'must be a whole number'
    : 'must be, as a number, of at most 15 significant digits below 2^53';
  throw new ContractViolationError(`${field}: ${rule}`);
}

/** The same JSON with null in these places. Parsing it tells to which fields they belong, repeated names included. */
function withGaps(json: Buffer, places: readonly Place[]): string {
  const parts: string[] = [];
  let position = json.indexOf('{');
  for (const { start, end } of places) {
    parts.push(json.toString('latin1', position, start), 'null');
    position = end;
  }
  parts.push(json.toString('latin1', position));
  // One character for each byte: texts are garbled, but they are not looked at, and no name of a field is made of them.
  return parts.join('');
}

/** No field of the contract may be null, so that a null is a gap. */
function firstGap({ total_price, line_items }: OrderPlaced): string | undefined {
  if (total_price === null) return 'total_price';
  for (const [index, { unit_price, quantity }] of line_items.entries()) {
    if (unit_price === null) return `line_items.${index}.unit_price`;
    if (quantity === null) return `line_items.${index}.quantity`;
  }
  return undefined;
}
