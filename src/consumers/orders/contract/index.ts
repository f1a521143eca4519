export { exactAmount } from './exact-amount.js';
export { parseInstant } from './iso-instant.js';
export { OrderPlaced, OrderPlacedLine } from './order-placed.js';
