export { NotALineError } from './raw-line.errors.js';
export { decodeLine, encodeLine, holdSameRecord, type RawRecord } from './raw-line.js';
