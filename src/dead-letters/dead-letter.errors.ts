import { MillraceError } from '../record/index.js';

/** What was asked cannot be done as things stand. The message names what to change. */
export class DeadLetterRefusedError extends MillraceError {
  readonly code = 'DEAD_LETTER_REFUSED';
  readonly retriable = false;
}

/** Another command works on the same dead-letter topic since, or this one stood still for too long. Nothing is lost or doubled. */
export class TakenOverError extends MillraceError {
  readonly code = 'TAKEN_OVER';
  readonly retriable = false;
}
