export { Breaker } from './breaker.js';
export { Breakers } from './breakers.js';
