export { ConcurrencyWindow } from './concurrency-window.js';
export { HeldStarts } from './held-starts.js';
export { Suspensions, type SlotWatch, type WaitingRecord } from './suspensions.js';
