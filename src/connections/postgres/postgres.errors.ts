import { MillraceError } from '../../record/index.js';

/**
 * The work returned although a statement, or a part of it that ran as a transaction of its own, had failed. PostgreSQL
 * would answer the commit with a rollback and no error: the effect is not there, so the attempt has failed.
 */
export class TransactionDoomedError extends MillraceError {
  readonly code = 'TRANSACTION_DOOMED';
  readonly retriable = true;
}

/** A statement that came after its transaction had ended: somebody did not await it. It did not run. */
export class TransactionEndedError extends MillraceError {
  readonly code = 'TRANSACTION_ENDED';
  readonly retriable = false;
}
