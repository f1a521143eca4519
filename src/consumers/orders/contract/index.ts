export { exactAmount } from './exact-amount.js';
export { parseInstant } from './iso-instant.js';
export { requireNumbersAsWritten } from './numbers-as-written.js';
export { OrderPlaced, OrderPlacedLine } from './order-placed.js';
