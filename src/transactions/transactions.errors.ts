import { MillraceError, PermanentError } from '../record/index.js';

/** A transactional handler returned something that is no record to produce: dead-lettered, reason `non-retryable`. */
export class InvalidOutputError extends PermanentError {
  override readonly code = 'INVALID_OUTPUT';
}

/**
 * A topic refuses a record that a transactional handler returned, and always will: the handled record is dead-lettered,
 * reason `non-retryable`.
 */
export class OutputRefusedError extends PermanentError {
  override readonly code = 'OUTPUT_REFUSED';
}

/** Transactions cannot begin as things stand: the broker refuses what they are to be. Says what to change. */
export class TransactionsRefusedError extends MillraceError {
  readonly code = 'TRANSACTIONS_REFUSED';
  readonly retriable = true;
}

/** Another producer has taken a partition over: whatever was open here is aborted, and its records are handled there. */
export class SessionFencedError extends MillraceError {
  readonly code = 'SESSION_FENCED';
  readonly retriable = true;
}
