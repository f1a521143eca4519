export type { RunEvent } from './run-event.js';
export { hasEnded, isKnownType, type RunPhase } from './run-phase.js';
export { isSameState, join, stateOf, type RunState } from './run-state.js';
export { TypePattern } from './type-pattern.js';
