export { Amount } from './amount.js';
export { Instant } from './instant.js';
