export { DelayGate } from './delay-gate.js';
export { KeyTable } from './key-table.js';
export { OrderNotKeptError } from './order-not-kept.errors.js';
