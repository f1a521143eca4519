export { requireNumbersAsWritten } from './numbers-as-written.js';
export { OrderPlaced, OrderPlacedLine } from './order-placed.js';
