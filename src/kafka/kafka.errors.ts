import { DependencyUnavailableError, MillraceError } from '../record/index.js';

/** The handlers of this application cannot be started as they are declared. Names the places and what to change. */
export class HandlerDeclarationError extends MillraceError {
  readonly code = 'HANDLER_DECLARATION';
  readonly retriable = false;
}

/** A topic refuses a record for its size (`max.message.bytes`). Others of the topic are not concerned. */
export class RecordTooLargeError extends DependencyUnavailableError {
  override readonly code = 'RECORD_TOO_LARGE';
  override readonly retriable = true;

  constructor(
    readonly topic: string,
    cause: unknown,
  ) {
    const message = `a record is larger than max.message.bytes of ${topic}`;
    super(`topic ${topic}`, message, { cause, context: { topic } });
  }
}
