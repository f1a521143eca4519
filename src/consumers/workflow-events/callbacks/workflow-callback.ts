import type { RecordOrigin } from '../../../record/index.js';
import type { RunEvent } from '../domain/index.js';

/** What a callback is told beside its event. */
export interface CallbackContext {
  /** The attempt at the event's record: 1 for the first. Of it the callback may have had fewer. */
  readonly attempt: number;
  /** The record that the event came in. */
  readonly origin: RecordOrigin;
  /** Aborted when the record's deadline has passed, or its partition is lost. */
  readonly signal: AbortSignal;
}

/** What is called with an event. Its effect is durable when its promise resolves. */
export type WorkflowCallbackMethod = (event: RunEvent, context: CallbackContext) => unknown;

/** A method that was found under `@OnWorkflowEvent`. */
export interface WorkflowCallback {
  /** Under which its calls are recorded. */
  readonly name: string;
  wants(type: string): boolean;
  call(event: RunEvent, context: CallbackContext): Promise<void>;
}
