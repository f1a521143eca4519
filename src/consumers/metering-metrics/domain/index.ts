export { MeteringWindow } from './metering-window.js';
export type { Usage } from './usage.js';
export { totalsOf, type WindowTotal } from './window-totals.js';
