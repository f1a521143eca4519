export { installFetchDecoding } from './fetch-response.js';
export type { WireMessage } from './record-batch.js';
