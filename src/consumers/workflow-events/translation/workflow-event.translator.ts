import { parseInstant } from '../../../contracts/index.js';
import { ContractViolationError } from '../../../record/index.js';
import { Instant } from '../../../values/index.js';
import { dataTextOf, type WorkflowEvent } from '../contract/index.js';
import type { RunEvent } from '../domain/index.js';

/**
 * The wall between the engine's contract and our domain: nothing behind it knows the contract's names or formats. Takes
 * the event as it was read and the bytes that it was read from.
 */
export function toRunEvent(event: WorkflowEvent, json: Buffer): RunEvent {
  return {
    id: event.event_id,
    type: event.event_type,
    source: event.source,
    workflowId: event.workflow_id,
    runId: event.workflow_run_id,
    occurredAt: instantOf(event.timestamp),
    data: event.data,
    // A text decoder drops a byte order mark.
    dataText: dataTextOf(new TextDecoder().decode(json)),
  };
}

function instantOf(text: string): Instant {
  const microseconds = parseInstant(text);
  const instant = microseconds === undefined ? undefined : Instant.of(microseconds);
  if (instant === undefined)
    throw new ContractViolationError('timestamp: must be a time in the years 1 to 9999');
  return instant;
}
