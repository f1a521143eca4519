import { MillraceError } from '../record/index.js';

/** The handlers of this application cannot be started as they are declared. Names the places and what to change. */
export class HandlerDeclarationError extends MillraceError {
  readonly code = 'HANDLER_DECLARATION';
  readonly retriable = false;
}
