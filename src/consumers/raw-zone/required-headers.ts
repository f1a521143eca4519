import { ContractViolationError, headerText, type RecordHeader } from '../../record/index.js';

/** Throws unless each of the named headers is there with a value. Names what is missing, never what is there. */
export function requireHeaders(
  headers: readonly RecordHeader[],
  required: readonly string[],
): void {
  const missing = required.filter((name) => (headerText(headers, name) ?? '') === '');
  if (missing.length > 0) {
    throw new ContractViolationError(`missing headers: ${missing.join(', ')}`);
  }
}
