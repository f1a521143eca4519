import { MillraceError } from '../../../record/index.js';

/** A compressed batch would unpack to more than the limit. Unpacking it stopped there. */
export class OversizedBatchError extends MillraceError {
  readonly code = 'OVERSIZED_BATCH';
  readonly retriable = false;
}

/** The bytes of a batch are not what its codec writes, or no codec of ours wrote them. */
export class CorruptBatchError extends MillraceError {
  readonly code = 'CORRUPT_BATCH';
  readonly retriable = false;
}

export function oversized(limitBytes: number): OversizedBatchError {
  return new OversizedBatchError(`The batch unpacks to more than ${limitBytes} bytes.`);
}

export function corrupt(what: string): CorruptBatchError {
  return new CorruptBatchError(`The batch cannot be unpacked: ${what}.`);
}
