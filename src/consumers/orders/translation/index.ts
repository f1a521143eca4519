export { toOrder } from './order-placed.translator.js';
