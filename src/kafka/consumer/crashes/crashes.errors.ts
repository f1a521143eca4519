import { MillraceError } from '../../../record/index.js';

/**
 * The process died each time that this record alone was with its handler: it is dead-lettered, reason `rejected`,
 * without being decoded or handed to the handler again.
 */
export class ProcessKillerError extends MillraceError {
  readonly code = 'PROCESS_KILLER';
  readonly retriable = false;
}
