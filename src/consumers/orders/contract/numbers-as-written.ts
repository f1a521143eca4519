import { withoutMisreadNumbers } from '../../../contracts/index.js';
import { ContractViolationError } from '../../../record/index.js';
import type { OrderPlaced } from './order-placed.js';

/**
 * Refuses an event whose price or quantity is written as a number that was read as another one: 23.500000000000000001
 * as 23.5, 2.00000000000000000001 as 2. For an event that keeps the rest of its contract, so that what was read is
 * judged already; other fields may hold any number. Takes the record's own bytes, for what was written is lost to
 * whoever has only read it.
 */
export function requireNumbersAsWritten(json: Buffer | null): void {
  const gapped = json === null ? undefined : withoutMisreadNumbers(json);
  const field = gapped === undefined ? undefined : firstGap(gapped as OrderPlaced);
  if (field === undefined) return;
  const rule = field.endsWith('quantity')
    ? 'must be a whole number'
    : 'must be, as a number, of at most 15 significant digits below 2^53';
  throw new ContractViolationError(`${field}: ${rule}`);
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
