import { MillraceError } from '../../record/index.js';

/** A command was called in a way that it does not know. Says what to write instead; exit code 2. */
export class CommandUsageError extends MillraceError {
  readonly code = 'COMMAND_USAGE';
  readonly retriable = false;
}
