import { MillraceError } from '../record/index.js';

/** The message's identity was used before for another value: dead-lettered at once, reason `id-conflict`. */
export class IdConflictError extends MillraceError {
  readonly code = 'ID_CONFLICT';
  readonly retriable = false;
}

/**
 * A message was to be claimed inside a transaction that somebody had opened around it. Waiting for another copy of the
 * message would then hold that transaction open, so it is refused: the claim opens the transaction, nobody else.
 */
export class ClaimInsideTransactionError extends MillraceError {
  readonly code = 'CLAIM_INSIDE_TRANSACTION';
  readonly retriable = false;
}
