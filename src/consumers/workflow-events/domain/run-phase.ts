/** How a run ended. */
export type RunEnd = 'completed' | 'failed' | 'cancelled';

/** Where a run is. `pending`: nothing that is known of it says that it has begun. */
export type RunPhase = 'pending' | 'running' | RunEnd;

/** Where a run is after an event of a known type, unless it had ended before. */
const PHASE_AFTER: ReadonlyMap<string, RunPhase> = new Map<string, RunPhase>([
  ['workflow.started', 'running'],
  ['workflow.completed', 'completed'],
  ['workflow.failed', 'failed'],
  ['workflow.cancelled', 'cancelled'],
  ['step.started', 'running'],
  ['step.completed', 'running'],
  ['step.failed', 'running'],
]);

export function isKnownType(type: string): boolean {
  return PHASE_AFTER.has(type);
}

/** An unknown type says nothing of where its run is. */
export function phaseAfter(type: string): RunPhase | undefined {
  return PHASE_AFTER.get(type);
}

export function hasEnded(phase: RunPhase): phase is RunEnd {
  return phase !== 'pending' && phase !== 'running';
}
