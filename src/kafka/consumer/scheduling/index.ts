export { ConcurrencyWindow } from './concurrency-window.js';
export { Suspensions, type WaitingRecord } from './suspensions.js';
