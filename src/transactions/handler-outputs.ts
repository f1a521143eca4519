import type { Outbox, OutgoingRecord } from '../record/index.js';
import { InvalidOutputError } from './transactions.errors.js';

/** Puts the records that a handler returned into the outbox. Throws `InvalidOutputError` for anything else. */
export function collectOutputs(returned: unknown, outbox: Outbox): void {
  const records = outputsOf(returned);
  outbox.put(
    records.map((record) => ({
      forms: [() => record, () => ({ ...record, isCompressed: true })],
    })),
  );
}

function outputsOf(returned: unknown): readonly OutgoingRecord[] {
  if (returned === undefined || returned === null) return [];
  const all: readonly unknown[] = Array.isArray(returned) ? returned : [returned];
  for (const [index, one] of all.entries()) {
    const problem = problemOf(one);
    if (problem === undefined) continue;
    const which = Array.isArray(returned) ? `record ${index} of what` : 'what';
    throw new InvalidOutputError(`${which} the transactional handler returned ${problem}`);
  }
  return all as readonly OutgoingRecord[];
}

/** Whatever the encoder would trip over, in the middle of a transaction of many records. */
function problemOf(one: unknown): string | undefined {
  if (typeof one !== 'object' || one === null) return 'is no record';
  const { topic, partition, key, value, headers, timestamp } = one as Partial<OutgoingRecord>;
  if (typeof topic !== 'string' || topic === '') return 'names no topic';
  if (partition !== undefined && !(Number.isInteger(partition) && partition >= 0)) {
    return 'has a partition that is no whole number';
  }
  if (!isBytes(key)) return 'has a key that is neither a Buffer nor null';
  if (!isBytes(value)) return 'has a value that is neither a Buffer nor null';
  if (!Number.isInteger(timestamp)) return 'has no timestamp in whole milliseconds';
  return areHeaders(headers) ? undefined : 'has headers that are not pairs of a name and a Buffer';
}

function isBytes(bytes: unknown): boolean {
  return bytes === null || Buffer.isBuffer(bytes);
}

function areHeaders(headers: unknown): boolean {
  if (!Array.isArray(headers)) return false;
  return headers.every(
    (header: unknown) =>
      Array.isArray(header) && typeof header[0] === 'string' && isBytes(header[1]),
  );
}
