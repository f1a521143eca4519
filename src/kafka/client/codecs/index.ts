export { codecOf, type Codec } from './codec.js';
export { CorruptBatchError, OversizedBatchError } from './codec.errors.js';
export { decompress } from './decompress.js';
