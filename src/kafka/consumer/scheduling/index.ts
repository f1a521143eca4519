export { ConcurrencyWindow } from './concurrency-window.js';
export { Suspensions, type SlotWatch, type WaitingRecord } from './suspensions.js';
