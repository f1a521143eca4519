export { unpackZstd } from './frames.js';
